import type { MenuCommand } from '../../../preload/contract/shell-names.ts';

/** Every word that the native menus show. `&` marks the letter that Alt reaches on Windows and Linux. */
export const menuMessages: {
  readonly menus: Readonly<Record<'file' | 'edit' | 'go' | 'view' | 'window' | 'help', string>>;
  readonly commands: Readonly<Record<MenuCommand, string>>;
} = {
  menus: { file: '&File', edit: '&Edit', go: '&Go', view: '&View', window: '&Window', help: '&Help' },
  commands: {
    'workspace.new': 'New workspace…',
    'workspace.open': 'Open workspace…',
    'workspace.lock': 'Lock workspace',
    'session.new': 'New session',
    'evidence.add-files': 'Add files…',
    'evidence.add-folder': 'Add a folder…',
    'session.export': 'Export session…',
    'edit.undo': 'Undo',
    'edit.redo': 'Redo',
    'find.here': 'Find here',
    'palette.open': 'Command palette',
    'go.sessions': 'Sessions',
    'go.library': 'Library',
    'go.search': 'Search',
    'go.activity': 'Activity',
    'go.trash': 'Trash',
    'go.settings': 'Settings',
    'history.back': 'Back',
    'history.forward': 'Forward',
    'pane.next': 'Next pane',
    'help.keys': 'Keys',
  },
};

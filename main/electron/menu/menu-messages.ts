import type { MenuCommand } from '../../../preload/contract/shell-names.ts';

/** Every word that the native menus show. `&` marks the letter that Alt reaches on Windows and Linux. */
export const menuMessages: {
  readonly menus: Readonly<Record<'file' | 'edit' | 'go' | 'view' | 'window' | 'help', string>>;
  readonly commands: Readonly<Record<MenuCommand, string>>;
} = {
  menus: { file: '&File', edit: '&Edit', go: '&Go', view: '&View', window: '&Window', help: '&Help' },
  commands: {
    undo: 'Undo',
    redo: 'Redo',
    palette: 'Command palette',
    search: 'Search',
    settings: 'Settings',
    'go-overview': 'Overview',
    'go-sessions': 'Sessions',
    'go-library': 'Library',
    'go-activity': 'Activity',
    'go-trash': 'Trash',
    back: 'Back',
    forward: 'Forward',
    'zoom-in': 'Larger',
    'zoom-out': 'Smaller',
    'zoom-reset': 'Own size',
    shortcuts: 'Keys',
  },
};

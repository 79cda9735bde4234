import type { MenuItemConstructorOptions } from 'electron';
import type { MenuCommand } from '../../../preload/contract/shell-names.ts';
import { menuMessages } from './menu-messages.ts';

/** The keys of the commands that have one. The page handles them itself: the menu only shows them. */
const KEYS: Partial<Record<MenuCommand, string>> = {
  'edit.undo': 'CmdOrCtrl+Z',
  'edit.redo': 'CmdOrCtrl+Shift+Z',
  'find.here': 'CmdOrCtrl+F',
  'palette.open': 'CmdOrCtrl+K',
  'go.search': 'CmdOrCtrl+Shift+F',
  'go.settings': 'CmdOrCtrl+,',
  'history.back': 'Alt+Left',
  'history.forward': 'Alt+Right',
  'pane.next': 'F6',
};

/** The whole menu bar. `run` hands a command to the focused window. */
export function menuTemplate(
  platform: string,
  run: (command: MenuCommand) => void,
): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin';
  const item = (command: MenuCommand): MenuItemConstructorOptions => {
    const accelerator = KEYS[command];
    return {
      id: command,
      label: menuMessages.commands[command],
      ...(accelerator === undefined ? {} : { accelerator, registerAccelerator: false }),
      click: () => run(command),
    };
  };
  const { menus } = menuMessages;
  const line: MenuItemConstructorOptions = { type: 'separator' };
  const file: MenuItemConstructorOptions[] = [
    item('session.new'),
    item('evidence.add-files'),
    item('evidence.add-folder'),
    item('session.export'),
    line,
    item('workspace.new'),
    item('workspace.open'),
    item('workspace.lock'),
    line,
    mac ? { role: 'close' } : { role: 'quit' },
  ];
  const edit: MenuItemConstructorOptions[] = [
    item('edit.undo'),
    item('edit.redo'),
    line,
    { role: 'cut' },
    { role: 'copy' },
    { role: 'paste' },
    { role: 'selectAll' },
    line,
    item('find.here'),
    ...(mac ? [] : [line, item('go.settings')]),
  ];
  const go: MenuItemConstructorOptions[] = [
    item('palette.open'),
    line,
    item('go.sessions'),
    item('go.library'),
    item('go.search'),
    item('go.activity'),
    item('go.trash'),
    line,
    item('history.back'),
    item('history.forward'),
  ];
  const view: MenuItemConstructorOptions[] = [
    item('pane.next'),
    line,
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { role: 'resetZoom' },
    line,
    { role: 'togglefullscreen' },
  ];
  const app: MenuItemConstructorOptions = {
    role: 'appMenu',
    submenu: [
      { role: 'about' },
      line,
      item('go.settings'),
      line,
      { role: 'services' },
      line,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      line,
      { role: 'quit' },
    ],
  };
  return [
    ...(mac ? [app] : []),
    { label: menus.file, submenu: file },
    { label: menus.edit, submenu: edit },
    { label: menus.go, submenu: go },
    { label: menus.view, submenu: view },
    { label: menus.window, role: 'windowMenu' },
    { label: menus.help, role: 'help', submenu: [item('help.keys')] },
  ];
}

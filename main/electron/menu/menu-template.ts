import type { MenuItemConstructorOptions } from 'electron';
import type { MenuCommand } from '../../../preload/contract/shell-names.ts';
import { menuMessages } from './menu-messages.ts';

/** The keys of the commands that have one. The page handles them itself: the menu only shows them. */
const KEYS: Partial<Record<MenuCommand, string>> = {
  undo: 'CmdOrCtrl+Z',
  redo: 'CmdOrCtrl+Shift+Z',
  palette: 'CmdOrCtrl+K',
  search: 'CmdOrCtrl+Shift+F',
  settings: 'CmdOrCtrl+,',
  'zoom-in': 'CmdOrCtrl+Plus',
  'zoom-out': 'CmdOrCtrl+-',
  'zoom-reset': 'CmdOrCtrl+0',
  back: 'Alt+Left',
  forward: 'Alt+Right',
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
    ...(mac ? [] : [item('settings'), line]),
    mac ? { role: 'close' } : { role: 'quit' },
  ];
  const edit: MenuItemConstructorOptions[] = [
    item('undo'),
    item('redo'),
    line,
    { role: 'cut' },
    { role: 'copy' },
    { role: 'paste' },
    { role: 'selectAll' },
  ];
  const go: MenuItemConstructorOptions[] = [
    item('palette'),
    item('search'),
    line,
    item('go-overview'),
    item('go-sessions'),
    item('go-library'),
    item('go-activity'),
    item('go-trash'),
    line,
    item('back'),
    item('forward'),
  ];
  const view: MenuItemConstructorOptions[] = [
    item('zoom-in'),
    item('zoom-out'),
    item('zoom-reset'),
    line,
    { role: 'togglefullscreen' },
  ];
  const app: MenuItemConstructorOptions = {
    role: 'appMenu',
    submenu: [
      { role: 'about' },
      line,
      item('settings'),
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
    { label: menus.help, role: 'help', submenu: [item('shortcuts')] },
  ];
}

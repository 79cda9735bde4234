import type { ShellChannel } from './shell.ts';

/** The scheme of the application's own pages. There is one host in it, so that the pages have one origin. */
export const appScheme = 'stratmaster-app';
export const appOrigin = `${appScheme}://workbench`;

/** The scheme by which the system hands links to the application. */
export const deepLinkScheme = 'stratmaster';

/** The channel's name on the wire. */
export function channelName(channel: ShellChannel): string {
  return `shell:${channel}`;
}

/** What the shell tells a window by itself. */
export const shellEvents = {
  port: 'shell:port',
  command: 'shell:command',
  location: 'shell:location',
  power: 'shell:power',
} as const;

/** A page's own message that carries the port from the preload to the renderer. */
export const portMessage = 'workbench:port';

/** What the native menus can ask of a window, by the names of the application's own commands. */
export const menuCommands = [
  'palette',
  'undo',
  'redo',
  'search',
  'settings',
  'go-overview',
  'go-sessions',
  'go-library',
  'go-activity',
  'go-trash',
  'back',
  'forward',
  'zoom-in',
  'zoom-out',
  'zoom-reset',
  'shortcuts',
] as const;

export type MenuCommand = (typeof menuCommands)[number];

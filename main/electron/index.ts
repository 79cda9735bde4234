import path from 'node:path';
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  Notification,
  powerMonitor,
  protocol,
  safeStorage,
  session,
  shell,
} from 'electron';
import type { HostToShell, ShellToHost } from '../../preload/contract/shell.ts';
import { appOrigin, shellEvents } from '../../preload/contract/shell-names.ts';
import { chooseFiles, chooseFolder, chooseNewFile } from './dialogs/dialogs.ts';
import { startChildHost } from './host/child-host.ts';
import { hostFitsElectron } from './host/choose-host.ts';
import type { ShellHost } from './host/shell-host.ts';
import { startUtilityHost } from './host/utility-host.ts';
import { openIpcDoor } from './ipc/ipc-door.ts';
import { KeyStore } from './keys/key-store.ts';
import { deepLinkOf } from './links/deep-link.ts';
import { claimSingleInstance } from './links/single-instance.ts';
import { menuTemplate } from './menu/menu-template.ts';
import { showNotice } from './notices/notices.ts';
import { findPlaces, type Places } from './places.ts';
import { powerOf, watchPower } from './power/power.ts';
import { schemePrivileges, serveApp } from './security/app-scheme.ts';
import { openLink } from './security/external-links.ts';
import { guardNavigation } from './security/navigation.ts';
import { denyPermissions } from './security/permissions.ts';
import { openMainWindow } from './windows/main-window.ts';
import { zoom } from './windows/zoom.ts';

const places = findPlaces(__dirname, process.platform, process.arch, process.env['WORKBENCH_RENDERER']);
let window: BrowserWindow | null = null;
let pendingPlace = deepLinkOf(process.argv);

/** Brings the window forward, and to a place where a link named one. */
function summon(place: string | null): void {
  if (window === null) {
    pendingPlace = place;
    return;
  }
  if (window.isMinimized()) window.restore();
  window.focus();
  if (place !== null) window.webContents.send(shellEvents.location, place);
}

function startHost(where: Places, keys: KeyStore): ShellHost {
  const at = process.argv.indexOf('--workspace');
  const workspace = at < 0 ? undefined : process.argv[at + 1];
  const args = workspace === undefined ? [] : ['--workspace', path.resolve(workspace)];
  const answer = (message: HostToShell): ShellToHost | null => {
    if (message.kind === 'load-secret') {
      return { kind: 'secret', request: message.request, secret: keys.load(message.folder) };
    }
    if (message.kind === 'save-secret') {
      return { kind: 'saved', request: message.request, saved: keys.save(message.folder, message.secret) };
    }
    return null;
  };
  if (hostFitsElectron(process.versions.node, Boolean(process.features.typescript))) {
    return startUtilityHost(where.hostEntry, args, answer);
  }
  if (where.runtime === undefined) throw new Error('The Node that the host needs is missing. Install again.');
  return startChildHost(where.runtime, where.hostEntry, args, answer);
}

function openWindow(): void {
  window = openMainWindow({
    preload: places.preload,
    stateFile: path.join(app.getPath('userData'), 'window.json'),
  });
  window.on('closed', () => {
    window = null;
  });
  window.webContents.once('did-finish-load', () => {
    if (pendingPlace !== null) summon(pendingPlace);
    pendingPlace = null;
  });
}

/** The window that a message came from; messages of closed windows have none. */
function windowOf(event: Electron.IpcMainInvokeEvent): BrowserWindow {
  const found = BrowserWindow.fromWebContents(event.sender);
  if (found === null) throw new Error('The window of this message is closed.');
  return found;
}

async function run(): Promise<void> {
  await app.whenReady();
  const keys = new KeyStore(path.join(app.getPath('userData'), 'keys'), safeStorage, process.platform);
  const host = startHost(places, keys);
  denyPermissions(session.defaultSession, appOrigin);
  serveApp(protocol, places.renderer);
  openIpcDoor(ipcMain, {
    connect: async (event) => {
      await host.ready;
      const { port1, port2 } = new MessageChannelMain();
      host.serve(port1);
      event.sender.postMessage(shellEvents.port, null, [port2]);
    },
    chooseFiles: (event) => chooseFiles(dialog, windowOf(event)),
    chooseFolder: (event) => chooseFolder(dialog, windowOf(event)),
    chooseNewFile: (event, name) => chooseNewFile(dialog, windowOf(event), name),
    openExternal: (_event, address) => openLink(shell, address),
    setTitle: (event, title) => windowOf(event).setTitle(title),
    zoom: (event, step) => zoom(event.sender, step),
    notify: (_event, title, body) => showNotice(Notification, title, body, () => summon(null)),
    power: () => powerOf(powerMonitor),
    keyStore: () => keys.status(),
  });
  watchPower(powerMonitor, (power) => window?.webContents.send(shellEvents.power, power));
  const sendCommand = (command: string): void => {
    const target = BrowserWindow.getFocusedWindow() ?? window;
    target?.webContents.send(shellEvents.command, command);
  };
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(process.platform, sendCommand)));
  app.on('activate', () => {
    if (window === null) openWindow();
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  let stopped = false;
  const giveUp = (sentence: string): void => {
    if (stopped) return;
    stopped = true;
    dialog.showErrorBox('StratMaster Workbench', sentence);
    app.exit(1);
  };
  host.ready.then(
    () =>
      host.gone.then(() =>
        giveUp('The part that keeps your workspace ended by itself. What was saved is safe.'),
      ),
    (error: unknown) => giveUp(error instanceof Error ? error.message : String(error)),
  );
  app.on('will-quit', (event) => {
    if (stopped) return;
    event.preventDefault();
    stopped = true;
    void host.stop().finally(() => app.exit());
  });
  openWindow();
}

// Where the process sandbox was switched off by hand (as root there is none), insisting on it would end the application;
// windows stay sandboxed by their own preferences.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
protocol.registerSchemesAsPrivileged([schemePrivileges]);
app.on('web-contents-created', (_event, contents) => {
  guardNavigation(contents, (url) => void openLink(shell, url));
});
if (claimSingleInstance(app, summon)) void run();
else app.quit();

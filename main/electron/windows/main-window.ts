import { BrowserWindow, screen } from 'electron';
import { appOrigin } from '../../../preload/contract/shell-names.ts';
import { securePreferences } from '../security/web-preferences.ts';
import { zoom, zoomOf } from './zoom.ts';
import { placeOnScreens, readWindowState, writeWindowState } from './window-state.ts';

export interface MainWindowOptions {
  readonly preload: string;
  /** File that remembers where the window stood. */
  readonly stateFile: string;
}

/** Opens the application's window where it last stood. It is shown once it has something to show. */
export function openMainWindow(options: MainWindowOptions): BrowserWindow {
  const screens = screen.getAllDisplays().map((display) => display.workArea);
  const last = readWindowState(options.stateFile);
  const place = placeOnScreens(last, screens);
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    ...(place === undefined ? {} : { x: place.x, y: place.y, width: place.width, height: place.height }),
    minWidth: 720,
    minHeight: 480,
    show: false,
    title: 'StratMaster Workbench',
    webPreferences: { ...securePreferences(options.preload), zoomFactor: (last?.zoom ?? 100) / 100 },
  });
  if (place?.maximized === true) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => {
    writeWindowState(options.stateFile, {
      ...window.getNormalBounds(),
      maximized: window.isMaximized(),
      zoom: zoomOf(window.webContents),
    });
  });
  const { webContents } = window;
  webContents.on('zoom-changed', (_event, direction) => zoom(webContents, direction));
  void window.loadURL(`${appOrigin}/`);
  return window;
}

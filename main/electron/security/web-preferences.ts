import type { WebPreferences } from 'electron';

/**
 * Preferences of every window: sandboxed, isolated, without Node. Each is Electron's default today; they are said so
 * that a changed default, or a merge of options, cannot loosen them unseen.
 */
export function securePreferences(preload: string): WebPreferences {
  return {
    preload,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
  };
}

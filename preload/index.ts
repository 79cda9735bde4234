import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { ShellChannel, ShellInput, ShellOutput, ZoomStep } from './contract/shell.ts';
import { channelName, portMessage, shellEvents } from './contract/shell-names.ts';

/**
 * The bridge: named functions and nothing else. No event object, channel name or raw sender reaches the page, and no
 * secret passes here at all.
 */
function call<C extends ShellChannel>(channel: C, ...input: ShellInput<C>): Promise<ShellOutput<C>> {
  return ipcRenderer.invoke(channelName(channel), ...input) as Promise<ShellOutput<C>>;
}

/** Hears an event of the shell; the answer stops hearing it. */
function hear(event: string, listener: (value: string) => void): () => void {
  const heard = (_event: unknown, value: unknown): void => {
    if (typeof value === 'string') listener(value);
  };
  ipcRenderer.on(event, heard);
  return () => {
    ipcRenderer.off(event, heard);
  };
}

// A port cannot cross the bridge as a value; it crosses as the transfer of a message that the page sends to itself.
ipcRenderer.on(shellEvents.port, (event) => {
  const [port] = event.ports;
  if (port !== undefined) window.postMessage(portMessage, window.location.origin, [port]);
});

contextBridge.exposeInMainWorld('workbench', {
  platform: process.platform,
  connect: () => call('connect'),
  chooseFiles: () => call('chooseFiles'),
  chooseFolder: () => call('chooseFolder'),
  chooseNewFile: (name: string) => call('chooseNewFile', name),
  openExternal: (address: string) => call('openExternal', address),
  setTitle: (title: string) => call('setTitle', title),
  zoom: (step: ZoomStep) => call('zoom', step),
  notify: (title: string, body: string) => call('notify', title, body),
  power: () => call('power'),
  keyStore: () => call('keyStore'),
  /** Path of a dropped or picked file; before Electron 32 the file itself carried it. */
  pathForFile: (file: File): string =>
    typeof webUtils === 'undefined'
      ? String((file as File & { path?: string }).path ?? '')
      : webUtils.getPathForFile(file),
  onCommand: (listener: (id: string) => void) => hear(shellEvents.command, listener),
  onPower: (listener: (power: string) => void) => hear(shellEvents.power, listener),
  onLocation: (listener: (address: string) => void) => hear(shellEvents.location, listener),
});

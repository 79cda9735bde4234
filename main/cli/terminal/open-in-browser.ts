import { spawn } from 'node:child_process';

/** Opens an address in the person's browser. False where there is no display to open it on. */
export function openInBrowser(url: string): boolean {
  const [command, args] = opener(url);
  if (command === null) return false;
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
  return true;
}

function opener(url: string): [string | null, string[]] {
  if (process.platform === 'darwin') return ['open', [url]];
  if (process.platform === 'win32') return ['rundll32', ['url.dll,FileProtocolHandler', url]];
  const display = process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'];
  return display === undefined || display === '' ? [null, []] : ['xdg-open', [url]];
}

import type { Shell } from 'electron';

const SCHEMES: ReadonlySet<string> = new Set(['https:', 'http:', 'mailto:']);

/** Whether an address may be handed to the system: a web page or a letter, without credentials in it. */
export function isAllowedLink(address: string): boolean {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return false;
  }
  return SCHEMES.has(url.protocol) && url.username === '' && url.password === '';
}

/** Opens an allowed address in the person's browser or mail program. False, and nothing happens, for any other. */
export async function openLink(shell: Pick<Shell, 'openExternal'>, address: string): Promise<boolean> {
  if (!isAllowedLink(address)) return false;
  await shell.openExternal(new URL(address).href);
  return true;
}

/** How the Workbench opens, and one sentence that says why. */
export interface Mode {
  readonly kind: 'electron' | 'browser';
  readonly because: string;
}

export interface Surroundings {
  /** A person asked for the browser, or for something that only it has. */
  readonly browserAsked: boolean;
  readonly display: boolean;
  /** Looked for last, because finding out may ask the network. */
  readonly electron: () => Promise<boolean>;
}

/** Electron where there are a display and a binary, otherwise the browser. */
export async function chooseMode(surroundings: Surroundings): Promise<Mode> {
  if (surroundings.browserAsked) return { kind: 'browser', because: 'as you asked' };
  if (!surroundings.display) return { kind: 'browser', because: 'because this machine has no display' };
  if (!(await surroundings.electron())) {
    return { kind: 'browser', because: 'because no Electron binary is here and none could be fetched' };
  }
  return { kind: 'electron', because: 'in its own window' };
}

/** Whether windows can open here. Only Linux can be without a display. */
export function hasDisplay(platform: string, env: Readonly<Record<string, string | undefined>>): boolean {
  if (platform !== 'linux') return true;
  return Boolean(env['DISPLAY'] ?? '') || Boolean(env['WAYLAND_DISPLAY'] ?? '');
}

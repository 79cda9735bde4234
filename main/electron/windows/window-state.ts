import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Rectangle } from 'electron';
import { z } from 'zod';

const stateSchema = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(320),
  height: z.number().int().min(240),
  maximized: z.boolean(),
  /** Size of the page, in per cent. */
  zoom: z.number().int().min(50).max(300).default(100),
});

/** Where a window stood, in the screen's own points, and how large its page was. */
export type WindowState = z.infer<typeof stateSchema>;

/** The state that was kept, or undefined where there is none that can be read. */
export function readWindowState(file: string): WindowState | undefined {
  try {
    return stateSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Keeps a window's state, whole or not at all. */
export function writeWindowState(file: string, state: WindowState): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.part`, JSON.stringify(state));
  renameSync(`${file}.part`, file);
}

/** The kept place if enough of it is still on a screen to be grabbed; a screen may have been unplugged since. */
export function placeOnScreens(
  state: WindowState | undefined,
  screens: readonly Rectangle[],
): WindowState | undefined {
  if (state === undefined) return undefined;
  const reachable = screens.some((screen) => overlap(state, screen) >= 100 * 40);
  return reachable ? state : undefined;
}

function overlap(a: Rectangle, b: Rectangle): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return Math.max(0, width) * Math.max(0, height);
}

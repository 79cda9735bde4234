import { tinykeys } from 'tinykeys';
import { createStore } from '../data/store.ts';

/** Something that a person can do, with its key; the palette, the shortcut sheet and the keyboard read the same list. */
export interface Command {
  readonly id: string;
  readonly title: string;
  readonly keys?: string;
  readonly run: () => void;
}

const store = createStore<readonly Command[]>([]);

/** Every command that can be given now. */
export const commands = store;

/** Adds commands for as long as a screen is there; answers with how to take them back. */
export function addCommands(added: readonly Command[]): () => void {
  store.set((known) => [...known, ...added]);
  return () => store.set((known) => known.filter((command) => !added.includes(command)));
}

function isTyping(event: KeyboardEvent): boolean {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button'].includes(target.type);
  return target.isContentEditable || ['TEXTAREA', 'SELECT'].includes(target.tagName);
}

/** Listens to the keys of a list of commands. While somebody types, keys without a modifier and undo belong to the field. */
export function bindKeys(list: readonly Command[]): () => void {
  const bindings = list.flatMap((command) => {
    if (command.keys === undefined) return [];
    const ofField = !/\$mod|Alt/.test(command.keys) || /^\$mod\+(Shift\+)?z$/.test(command.keys);
    const handler = (event: KeyboardEvent) => {
      if (ofField && isTyping(event)) return;
      event.preventDefault();
      command.run();
    };
    return [[command.keys, handler] as const];
  });
  return tinykeys(window, Object.fromEntries(bindings));
}

import { use, useEffect, useRef } from 'react';
import { tinykeys } from 'tinykeys';
import { createStore } from '../data/store.ts';
import { PaneContext } from '../ui/pane.ts';
import { useIsWritable } from '../ui/writes.tsx';
import { isPaneInUse } from './location.ts';

/** Something that a person can do, with its key; the palette, the shortcut sheet and the keyboard read the same list. */
export interface Command {
  readonly id: string;
  readonly title: string;
  readonly keys?: string;
  /** It changes something: it is not offered where the workspace is only read. */
  readonly writes?: boolean;
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

const plainKeys = createStore(true);

// Timers put this after every handler of the same press.
window.addEventListener('keydown', ({ key }) =>
  setTimeout(() => {
    begun = { key, at: performance.now() };
  }),
);

/** Whether keys without a modifier are listened to; a person may switch them off. */
export const singleKeys = plainKeys;

/** Inside what floats, keys without a modifier are its own. */
const floats = '[role=dialog]:not(.list-pane), [role=alertdialog], [role=menu], [role=listbox]';

function isOfField(event: KeyboardEvent): boolean {
  return isTyping(event) || (event.target instanceof Element && event.target.closest(floats) !== null);
}

/** The key before this one, where it begins combinations: `t` after `g` is not `t`. */
let begun = { key: '', at: 0 };
const sequencePause = 1000;

function followsBeginning(): boolean {
  return begun.key === 'g' && performance.now() - begun.at < sequencePause;
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
    const isPlain = !/\$mod|Alt/.test(command.keys);
    const isSequence = command.keys.includes(' ');
    const isUndo = /^\$mod\+(Shift\+)?z$/.test(command.keys);
    const handler = (event: KeyboardEvent) => {
      if (isPlain && (isOfField(event) || !plainKeys.get())) return;
      if (isPlain && !isSequence && followsBeginning()) return;
      if (isUndo && isTyping(event)) return;
      event.preventDefault();
      command.run();
    };
    return [[command.keys, handler] as const];
  });
  // The default leaves out every key pressed in a field, those with a modifier too.
  const ignore = ({ repeat, isComposing }: KeyboardEvent): boolean => repeat || isComposing;
  return tinykeys(window, Object.fromEntries(bindings), { ignore });
}

/**
 * Commands of a screen, with their keys, for as long as it is shown. What they do may change at each drawing. Of two screens side
 * by side, that one hears them which a person works in.
 */
export function useCommands(given: readonly Command[]): void {
  const isWritable = useIsWritable();
  const list = given.filter(({ writes }) => isWritable || writes !== true);
  const pane = use(PaneContext).isBeside ? 'beside' : 'main';
  const latest = useRef(list);
  useEffect(() => {
    latest.current = list;
  });
  const shape = list.map(({ id, title, keys = '' }) => [id, title, keys].join('\t')).join('\n');
  useEffect(() => {
    if (shape === '') return undefined;
    const lasting = latest.current.map((command): Command => ({
      ...command,
      run: () => {
        if (isPaneInUse(pane)) latest.current.find(({ id }) => id === command.id)?.run();
      },
    }));
    const stops = [addCommands(lasting), bindKeys(lasting)];
    return () => {
      for (const stop of stops) stop();
    };
  }, [shape, pane]);
}

import type { Hit } from '../../preload/contract/search.ts';
import { createStore } from '../data/store.ts';

/** Screens by the first word of their address. */
export const screens = [
  'overview',
  'sessions',
  'session',
  'claims',
  'search',
  'read',
  'library',
  'trash',
  'activity',
  'settings',
  'workspaces',
  'sync',
  'inbox',
  'link',
] as const;

/** A place in the application, as an address spells it: `session/<id>`, `read/<id>?start=10&end=20`. */
export interface Location {
  readonly screen: (typeof screens)[number];
  readonly id: string | null;
  /** What follows the id: `link/claim/<id>` has the id here. */
  readonly rest: string | null;
  readonly query: URLSearchParams;
}

/** The pane that a screen stands in: the window's own, or the one beside it. */
export type PaneName = 'main' | 'beside';

/** What the window shows: one place, or two side by side. */
export interface Places {
  readonly main: Location;
  readonly beside: Location | null;
}

/** Reads an address; anything that is none leads to the sessions. */
export function parseLocation(address: string): Location {
  const [path = '', query = ''] = address.replace(/^#?\/?/, '').split('?');
  const [name = '', id = '', rest = ''] = path.split('/');
  const screen = screens.find((each) => each === name) ?? 'sessions';
  return { screen, id: id || null, rest: rest || null, query: new URLSearchParams(query) };
}

/** Both halves of the window's address; they stand on either side of a bar, which no address holds. */
export function parsePlaces(hash: string): Places {
  const [main = '', beside = ''] = hash.replace(/^#\/?/, '').split('|');
  return { main: parseLocation(main), beside: beside === '' ? null : parseLocation(beside) };
}

const store = createStore(parsePlaces(window.location.hash));
window.addEventListener('hashchange', () => store.set(parsePlaces(window.location.hash)));

/** Where the application is; the browser's history keeps the way there. */
export const places = store;

let inUse: PaneName = 'main';

/** Says which pane a person works in: what they open, opens there. */
export function notePaneInUse(pane: PaneName): void {
  inUse = pane;
}

/** Whether a person works in this pane, so that keys of the window are meant for its screen. */
export function isPaneInUse(pane: PaneName): boolean {
  return store.get().beside === null || inUse === pane;
}

const other: Readonly<Record<PaneName, PaneName>> = { main: 'beside', beside: 'main' };

function show(address: string, pane: PaneName): void {
  const [main = '', beside = ''] = window.location.hash.replace(/^#\/?/, '').split('|');
  const halves = pane === 'main' ? [address, beside] : [main, address];
  window.location.hash = `/${halves.filter(Boolean).join('|')}`;
}

/**
 * Goes to a place in the pane that is in use. A passage goes to the document pane where there is one beside, so that claims stay
 * in view while their quotes are read.
 */
export function go(address: string): void {
  const now = store.get();
  if (now.beside === null) {
    show(address, 'main');
    return;
  }
  const isPassage = parseLocation(address).screen === 'read';
  const across = other[inUse];
  const isRead = (pane: PaneName): boolean => now[pane]?.screen === 'read';
  show(address, isPassage && isRead(across) && !isRead(inUse) ? across : inUse);
}

/** Opens a place beside the pane that is in use. */
export function goBeside(address: string): void {
  show(address, store.get().beside === null ? 'beside' : other[inUse]);
}

/** Closes one of two panes; the other has the window to itself. */
export function closePane(pane: PaneName): void {
  const [main = '', beside = ''] = window.location.hash.replace(/^#\/?/, '').split('|');
  inUse = 'main';
  window.location.hash = `/${pane === 'main' ? beside : main}`;
}

/** Goes to the sessions, alone in the window and at once: what the address named is of no use any more. */
export function leavePlaces(): void {
  inUse = 'main';
  window.location.hash = '/sessions';
  store.set(parsePlaces(window.location.hash));
}

/** Goes to a place without a step of its own in the history, where an address only stood for another. */
export function redirect(from: string, to: string): void {
  window.location.replace(window.location.hash.replace(from, to));
}

/**
 * Puts an address in the place of a screen that only stood for it, without a step of its own in the history. Goes nowhere where no pane
 * shows that screen any more: what it waited for may come when the person has pressed something else already.
 */
export function replaceScreen(screen: Location['screen'], address: string): void {
  const halves = window.location.hash.replace(/^#\/?/, '').split('|');
  const at = halves.findIndex((half) => parseLocation(half).screen === screen);
  if (at >= 0)
    window.location.replace(`#/${halves.map((half, place) => (place === at ? address : half)).join('|')}`);
}

/** The address of a passage of a document. */
export function passageAddress(evidenceId: string, start: number | null, end: number | null): string {
  return start === null || end === null
    ? `read/${evidenceId}`
    : `read/${evidenceId}?start=${start}&end=${end}`;
}

/** Where a hit stands: the passage, or the claim or session that was found; null where it has no place of its own. */
export function hitAddress({ kind, id, evidenceId, sessionId, start, end }: Hit): string | null {
  if (evidenceId !== null) return passageAddress(evidenceId, start, end);
  if (sessionId === null) return null;
  return kind === 'claim' ? `claims/${sessionId}?claim=${id}` : `session/${sessionId}`;
}

/** Opens what a hit found. */
export function openHit(hit: Hit | undefined): void {
  const address = hit === undefined ? null : hitAddress(hit);
  if (address !== null) go(address);
}

/** Where the item with this key stands in the library. */
export function referenceAddress(key: string): string {
  return `library/references?key=${encodeURIComponent(key)}`;
}

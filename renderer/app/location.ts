import type { Hit } from '../../preload/contract/search.ts';
import { createStore } from '../data/store.ts';

/** A place in the application, as the address after `#` spells it. */
export interface Location {
  readonly screen:
    | 'overview'
    | 'sessions'
    | 'session'
    | 'claims'
    | 'search'
    | 'read'
    | 'library'
    | 'trash'
    | 'activity'
    | 'settings'
    | 'workspaces';
  readonly id: string | null;
  readonly query: URLSearchParams;
}

const screens: readonly string[] = [
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
];

/** Reads an address; anything that is none leads to the sessions. */
export function parseLocation(hash: string): Location {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [screen = '', id = ''] = path.split('/');
  const known = screens.includes(screen) ? (screen as Location['screen']) : 'sessions';
  return { screen: known, id: id === '' ? null : id, query: new URLSearchParams(query) };
}

const store = createStore(parseLocation(window.location.hash));
window.addEventListener('hashchange', () => store.set(parseLocation(window.location.hash)));

/** Where the application is; the browser's history keeps the way there. */
export const location = store;

/** Goes to a place, such as `session/<id>` or `read/<id>?start=10&end=20`. */
export function go(address: string): void {
  window.location.hash = `/${address}`;
}

/** The address of a passage of a document. */
export function passageAddress(evidenceId: string, start: number | null, end: number | null): string {
  return start === null || end === null
    ? `read/${evidenceId}`
    : `read/${evidenceId}?start=${start}&end=${end}`;
}

/** Opens what a search found: a document at its passage, a claim among its session's, else the session. */
export function openHit(hit: Hit | undefined): void {
  if (hit === undefined) return;
  if (hit.evidenceId !== null) go(passageAddress(hit.evidenceId, hit.start, hit.end));
  else if (hit.kind === 'claim' && hit.sessionId !== null) go(`claims/${hit.sessionId}?claim=${hit.id}`);
  else if (hit.sessionId !== null) go(`session/${hit.sessionId}`);
}

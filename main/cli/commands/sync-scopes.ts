import { labelOf } from '../../../db/catalogue/label.ts';
import type { SyncScope, SyncTakenAlong } from '../../../preload/contract/sync.ts';
import { type Action, done } from '../context.ts';
import { cell, table } from '../terminal/output.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** `workbench sync scopes`: what there is to take along, and what of it is here. */
export function listScopes(): Action {
  return async ({ client: open }) => shown(await (await open()).sync.scopes());
}

/** `workbench sync take`: fetched at the next cycle. `new` says whether what is made from now on comes by itself. */
export function takeScopes(names: readonly string[], options: { readonly new?: string }): Action {
  return async ({ client: open }) => {
    const everything = options.new === undefined ? undefined : isYes(options.new);
    if (names.length === 0 && everything === undefined)
      throw new UsageError('Say what to take along, or --new.');
    const client = await open();
    const take = named(await client.sync.scopes(), names);
    return shown(
      await client.sync.chooseScopes({ take, ...(everything === undefined ? {} : { everything }) }),
    );
  };
}

/** `workbench sync leave`: taken off this laptop once the server has all of it. */
export function leaveScopes(names: readonly string[]): Action {
  return async ({ client: open }) => {
    const client = await open();
    return shown(await client.sync.chooseScopes({ leave: named(await client.sync.scopes(), names) }));
  };
}

/** `workbench sync pin` and `unpin`. */
export function pinSession(name: string, pinned: boolean): Action {
  return async ({ client: open }) => {
    const client = await open();
    const [session] = named(await client.sync.scopes(), [name]);
    if (session?.kind !== 'session') throw new UsageError('Sessions are pinned, projects are not.');
    return shown(await client.sync.pin({ sessionId: session.id, pinned }));
  };
}

/** `workbench sync keep-files`: room for files of others than pinned sessions. */
export function keepFiles(megabytes: string): Action {
  return async ({ client: open }) => {
    const bytes = megabytes === 'all' ? null : Number(megabytes) * 1024 * 1024;
    if (bytes !== null && !Number.isSafeInteger(bytes))
      throw new UsageError('Say how many megabytes, or all.');
    return shown(await (await open()).sync.keepFiles({ bytes }));
  };
}

function isYes(word: string): boolean {
  if (word !== 'yes' && word !== 'no') throw new UsageError('Say --new yes or --new no.');
  return word === 'yes';
}

/** Projects and sessions by their ids or their short names. */
function named({ scopes }: SyncTakenAlong, names: readonly string[]): Pick<SyncScope, 'kind' | 'id'>[] {
  return names.map((name) => {
    const found = scopes.filter(({ kind, id }) => id === name || label(kind, id) === name.toUpperCase());
    const [only] = found;
    if (only === undefined)
      throw new UsageError(`“${name}” is not among what “workbench sync scopes” lists.`);
    if (found.length > 1)
      throw new UsageError(`“${name}” is the short name of more than one. Give the whole id.`);
    return { kind: only.kind, id: only.id };
  });
}

function label(kind: SyncScope['kind'], id: string): string {
  return labelOf(kind === 'project' ? 'projects' : 'research_sessions', id);
}

function shown(along: SyncTakenAlong) {
  const lines = along.scopes.map(({ kind, id, name, state, access, pinned, rows, unsent }) => [
    label(kind, id),
    state,
    access,
    pinned ? 'pinned' : '',
    `${rows} rows`,
    unsent === 0 ? '' : `${unsent} unsent`,
    cell(name ?? '', 60),
  ]);
  const fresh = along.everything ? 'New ones come by themselves.' : 'New ones are only offered.';
  return done(along, [...table(lines), fresh]);
}

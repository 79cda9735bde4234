import type { Digest } from '../protocol/messages.ts';
import { ask } from './ask.ts';
import { OtherChain } from './other-chain.ts';
import { asked, type Session } from './session.ts';
import { type Engine, store } from './effects.ts';
import type { RowName } from './store-calls.ts';

const rowsAtOnce = 500;

/**
 * Asks for what was marked to be asked for by name and is not among what was asked for already, which it notes. True where there was
 * anything. What stays marked, the feed has to explain, and after it the digest (P34).
 */
export function* fetchStale(session: Session, already: Set<string>): Engine<boolean> {
  for (let any = false; ; any = true) {
    const marked = yield* store('stale', { limit: rowsAtOnce });
    const names = marked.filter(({ e, i }) => !already.has(`${e} ${i}`));
    if (names.length === 0) return any;
    for (const { e, i } of names) already.add(`${e} ${i}`);
    yield* fetchRows(session, names);
  }
}

/** Asks for rows by name and applies them. */
function* fetchRows(session: Session, names: readonly RowName[]): Engine<void> {
  for (let at = 0; at < names.length; at += rowsAtOnce) {
    const wanted = names.slice(at, at + rowsAtOnce);
    const page = yield* ask('rows', { ...asked(session), rows: wanted.map(({ e, i }) => ({ e, i })) });
    if ((yield* store('applyRows', { page, asked: wanted })).foreign) throw new OtherChain();
  }
}

/**
 * Compares what is here with what the server says is there, scope by scope, and mends what differs part by part. What waits to be sent
 * is never touched (I6). Answers with the number of rows that had to be mended and were not marked here: it should be none.
 */
export function* compareDigests(session: Session, digests: Readonly<Record<string, Digest>>): Engine<number> {
  const scopes = Object.keys(digests);
  if (scopes.length === 0) return 0;
  const here = yield* store('digests', { scopes });
  let mended = 0;
  for (const scope of scopes) {
    const [own, theirs] = [here[scope], digests[scope]];
    if (own?.n === theirs?.n && own?.x === theirs?.x) continue;
    mended += yield* mend(session, scope);
  }
  return mended;
}

function* mend(session: Session, scope: string): Engine<number> {
  const answer = yield* ask('digest', { ...asked(session), scope });
  const theirs = 'parts' in answer ? answer.parts : {};
  const own = yield* store('digestParts', { scope });
  let mended = 0;
  for (const part of new Set([...Object.keys(theirs), ...Object.keys(own)])) {
    const [a, b] = [own[part], theirs[part]];
    if (a?.n === b?.n && a?.x === b?.x) continue;
    const listed = yield* ask('digest', { ...asked(session), scope, part });
    const rows = 'rows' in listed ? listed.rows : [];
    const { fetch, unexplained } = yield* store('comparePart', { scope, part, rows });
    mended += unexplained;
    yield* fetchRows(session, fetch);
  }
  return mended;
}

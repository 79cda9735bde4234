import { type RowFacts, strictestLevel } from '../../core/row-facts.ts';
import { type WordsOf, wordsIn } from './ingress-policy.ts';
import type { About, ReaderMask } from './mask.ts';
import { loadWorld } from './row-world.ts';
import type { FeedRow, RowKey, ServerReader } from './store.ts';
import { storedState } from './stored-state.ts';

type Asked = Pick<FeedRow, 'entity' | 'id' | 'scope' | 'level' | 'state' | 'bodies'>;

/** Bodies that are read at most to be looked through; rows behind them are for another page. */
const mostBodies = 64;

/**
 * What has to be known of rows, read in their snapshot: only what the policy asks for. The answer is undefined for a row that comes after
 * as many bodies as can be looked through at once.
 */
export async function aboutRows(
  reader: ServerReader,
  mask: ReaderMask,
  rows: readonly Asked[],
): Promise<(row: Asked) => About | undefined> {
  const asked = rows.filter(({ scope }) => !mask.isOpen(scope));
  const levels = asked.length === 0 ? undefined : await reader.quotedLevels?.(asked);
  const factsOf = mask.asksFacts ? await factsOfRows(reader, rows) : () => null;
  const words = mask.readsWords ? await wordsOfRows(reader, rows) : null;
  return (row) => {
    if (words !== null && row.bodies.some((hash) => !words.hashes.has(hash))) return undefined;
    const quoted = levels?.get(row.id) ?? [];
    return {
      level: quoted.length === 0 ? row.level : strictestLevel([row.level, ...quoted]),
      facts: factsOf(row),
      wordsOf: words?.wordsOf ?? (() => null),
    };
  };
}

async function factsOfRows(
  reader: ServerReader,
  rows: readonly Asked[],
): Promise<(row: RowKey) => RowFacts | null> {
  const states = rows.flatMap(({ state }) => (state === null ? [] : [storedState({ state })]));
  const world = await loadWorld(reader, states);
  const facts = new Map(states.map((state) => [`${state.entity} ${state.id}`, world.factsOf(state)]));
  return ({ entity, id }) => facts.get(`${entity} ${id}`) ?? null;
}

async function wordsOfRows(
  reader: ServerReader,
  rows: readonly Asked[],
): Promise<{ readonly hashes: ReadonlySet<string>; readonly wordsOf: WordsOf }> {
  const hashes = new Set<string>();
  for (const { bodies } of rows) {
    if (hashes.size >= mostBodies) break;
    for (const hash of bodies) hashes.add(hash);
  }
  const bodies = new Map((await reader.bodies([...hashes])).map(({ hash, data }) => [hash, data]));
  return { hashes, wordsOf: wordsIn((hash) => bodies.get(hash)) };
}

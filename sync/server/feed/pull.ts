import type { Digest, PullRequest, PullTrailer } from '../../protocol/messages.ts';
import type { FeedEnvironment, Principal } from './environment.ts';
import { requireSchema } from './schema-versions.ts';
import { aboutRows } from './about-rows.ts';
import { beginReading, bodyLines, chainEndOf, exitLine, type Reading, rowLine } from './serve.ts';
import type { About, ReaderMask } from './mask.ts';
import type { ExitRecord, FeedRow, ScopeRecord, ServerReader, ServerStore } from './store.ts';
import { together } from './together.ts';

/** Rows with bodies in one page at most: a body may be a document's whole text. */
const mostBodies = 64;
/** Rows that are read at once: a page is full after so many whole ones, and of headers it takes several times as many. */
const rowsAtOnce = 1000;

interface Page {
  readonly lines: string[];
  readonly hashes: Set<string>;
  readonly next: Record<string, string>;
  rows: number;
  bytes: number;
  more: boolean;
}

/**
 * One page of the feed as lines of JSON: versions above each cursor in order, then the trailer. Rows, access, masks and digests are of one
 * snapshot. Throws `RequestRefused` for another epoch, another's client, a retired one, one that is too old.
 */
export async function pull(
  store: ServerStore,
  environment: FeedEnvironment,
  principal: Principal,
  request: PullRequest,
): Promise<string[]> {
  return store.read(principal.tenant, async (reader) => {
    const scopes = request.want.map(({ scope }) => scope);
    const [reading, standing] = await together([
      beginReading(reader, principal, request, scopes),
      reader.scopes(scopes),
    ]);
    requireSchema(reading.client, environment.limits);
    const records = new Map(standing.map((record) => [record.scope, record]));
    const fate = new Map(
      request.want.map((want) => [want.scope, fateOf(want, records.get(want.scope), reading)]),
    );
    const page: Page = { lines: [], hashes: new Set(), next: {}, rows: 0, bytes: 0, more: false };
    const held = new Set(scopes.filter((scope) => fate.get(scope) !== 'revoke'));
    const limits = {
      rows: environment.limits.pullRows,
      bytes: Math.min(request.maxBytes, environment.limits.pullBytes),
    };
    for (const want of request.want) {
      page.next[want.scope] = want.seq;
      if (fate.get(want.scope) === 'pull')
        await addScope(reader, page, reading, request.client, want, limits, held);
      // What was forgotten may have had the scope's last numbers: who holds the scope as it stands is not from before that.
      const floor = records.get(want.scope)?.floor ?? 0n;
      if (fate.get(want.scope) === 'pull' && !page.more && floor > BigInt(page.next[want.scope] ?? '0'))
        page.next[want.scope] = String(floor);
    }
    const bodies = await bodyLines(reader, page.hashes);
    const trailer: PullTrailer = {
      next: page.next,
      more: page.more,
      ...chainEndOf(reading.client),
      ...(page.more ? {} : { digest: digestsOf(request, fate, records), ...floorsOf(fate, records) }),
      ...named('revoke', fate),
      ...named('bootstrap', fate),
    };
    return [...bodies, ...page.lines, JSON.stringify({ trailer })];
  });
}

type Fate = 'pull' | 'revoke' | 'bootstrap';

function fateOf(
  want: { readonly scope: string; readonly scopeEpoch: number; readonly seq: string },
  record: ScopeRecord | undefined,
  { access }: Reading,
): Fate {
  if (access.of(want.scope) === 'none') return 'revoke';
  const missed = want.seq !== '0' && BigInt(want.seq) < (record?.floor ?? 0n);
  return want.scopeEpoch !== (record?.scopeEpoch ?? 0) || missed ? 'bootstrap' : 'pull';
}

function named(which: 'revoke' | 'bootstrap', fate: ReadonlyMap<string, Fate>): Partial<PullTrailer> {
  const scopes = [...fate].flatMap(([scope, each]) => (each === which ? [scope] : []));
  return scopes.length === 0 ? {} : { [which]: scopes };
}

/** Below these numbers purged rows are not in the digests any more. */
function floorsOf(
  fate: ReadonlyMap<string, Fate>,
  records: ReadonlyMap<string, ScopeRecord>,
): Pick<PullTrailer, 'floor'> {
  const floors = [...fate].flatMap(([scope, each]): [string, string][] => {
    const floor = records.get(scope)?.floor ?? 0n;
    return each === 'pull' && floor > 0n ? [[scope, String(floor)]] : [];
  });
  return floors.length === 0 ? {} : { floor: Object.fromEntries(floors) };
}

function digestsOf(
  { want }: PullRequest,
  fate: ReadonlyMap<string, Fate>,
  records: ReadonlyMap<string, ScopeRecord>,
): Record<string, Digest> {
  return Object.fromEntries(
    want
      .filter(({ scope }) => fate.get(scope) === 'pull')
      .map(({ scope }) => [
        scope,
        wireDigest(records.get(scope)?.count ?? 0n, records.get(scope)?.xor ?? 0n),
      ]),
  );
}

/** A digest as it travels. */
export function wireDigest(count: bigint, xor: bigint): Digest {
  return { n: String(count), x: xor.toString(16).padStart(16, '0') };
}

async function addScope(
  reader: ServerReader,
  page: Page,
  { mask }: Reading,
  client: string,
  want: PullRequest['want'][number],
  limits: { readonly rows: number; readonly bytes: number },
  held: ReadonlySet<string>,
): Promise<void> {
  const room = limits.rows - page.rows;
  if (room <= 0 || page.bytes >= limits.bytes) {
    // Whether this scope has anything new shows in the next page; until then nothing can be said to be complete.
    page.more = true;
    return;
  }
  const headersFor = want.whole === true ? null : client;
  let after = BigInt(want.seq);
  const exitsOfScope = reader.exitsAfter(want.scope, after, room + 1);
  for (;;) {
    const count = Math.min(rowsAtOnce, limits.rows - page.rows + 1);
    const [exits, rows] = await together([
      exitsOfScope,
      reader.rowsAfter(want.scope, after, count, headersFor),
    ]);
    const last = rows.length < count ? undefined : rows.at(-1);
    const aboutRow = await aboutRows(reader, mask, rows);
    const left = exits.filter(({ seq }) => seq > after && (last === undefined || seq <= last.seq));
    for (const item of inOrder(rows, left)) {
      if (page.rows >= limits.rows || page.bytes >= limits.bytes || page.hashes.size >= mostBodies) {
        page.more = true;
        return;
      }
      const shown =
        'state' in item
          ? shownLine(item, mask, aboutRow(item))
          : { line: exitLine(item, held), masked: true };
      if (shown === undefined) {
        page.more = true;
        return;
      }
      const { line, masked } = shown;
      if ('state' in item && !masked) for (const hash of item.bodies) page.hashes.add(hash);
      page.lines.push(line);
      page.rows += 1;
      page.bytes += line.length;
      page.next[want.scope] = String(item.seq);
    }
    if (last === undefined) return;
    after = last.seq;
  }
}

/** A row's line; undefined where it is for another page. */
function shownLine(
  row: FeedRow,
  mask: ReaderMask,
  about: About | undefined,
): ReturnType<typeof rowLine> | undefined {
  return about === undefined ? undefined : rowLine(row, mask, about);
}

function inOrder(rows: readonly FeedRow[], exits: readonly ExitRecord[]): (FeedRow | ExitRecord)[] {
  if (exits.length === 0) return [...rows];
  return [...rows, ...exits].toSorted((a, b) => (a.seq < b.seq ? -1 : 1));
}

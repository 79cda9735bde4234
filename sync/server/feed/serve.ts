import { createHash } from 'node:crypto';
import { decodeRow, hashOfText, rowText } from '../../core/row-wire.ts';
import { firstHash, type PullTrailer } from '../../protocol/messages.ts';
import type { HeaderLine, RowContent } from '../../protocol/row-state.ts';
import { ScopeAccess } from './access.ts';
import { type Principal, RequestRefused } from './environment.ts';
import { TenantRules } from './ingress-policy.ts';
import { type About, ReaderMask } from './mask.ts';
import type { ClientRecord, ExitRecord, FeedRow, RowHeader, ServerReader } from './store.ts';
import { together } from './together.ts';

/** Who reads, in the snapshot that is read. */
export interface Reading {
  readonly access: ScopeAccess;
  readonly mask: ReaderMask;
  readonly client: ClientRecord | undefined;
}

/** Makes sure of epoch, client and membership, and of what may be read of some scopes; all in one snapshot. */
export async function beginReading(
  reader: ServerReader,
  principal: Principal,
  asked: { readonly client: string; readonly epoch: string },
  scopes: readonly string[],
): Promise<Reading> {
  const [epoch, member, client, facts, policy] = await together([
    reader.epoch(),
    reader.member(principal.user),
    reader.client(asked.client),
    reader.scopeFacts(principal.user, scopes),
    reader.policy(),
  ]);
  if (epoch !== asked.epoch) {
    throw new RequestRefused('EPOCH', 'The server was restored or moved. The laptop has to say hello again.');
  }
  if (member === undefined) throw new RequestRefused('FORBIDDEN', 'You are no longer a member here.');
  if (client !== undefined && client.user !== principal.user) {
    throw new RequestRefused('FORBIDDEN', 'This client belongs to another person.');
  }
  if (client?.retired === true) {
    throw new RequestRefused('CLIENT_RETIRED', 'This client was retired. Connect it again.');
  }
  const access = new ScopeAccess(member, facts, principal.project);
  return { access, mask: new ReaderMask(access, new TenantRules(policy)), client };
}

/** Where the asking client's chain ends in the snapshot that is read (P30). */
export function chainEndOf(client: ClientRecord | undefined): Pick<PullTrailer, 'lastMutation' | 'lastHash'> {
  return { lastMutation: String(client?.lastMutation ?? 0n), lastHash: client?.lastHash ?? firstHash };
}

/** A row's version without its state. */
export function headerLine(row: RowHeader): HeaderLine {
  return { e: row.entity, i: row.id, sc: row.scope, s: String(row.seq), h: row.hash };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The text of a row's line: stored states go out as they are, masked ones are put together again. */
export function rowLine(
  row: FeedRow,
  mask: ReaderMask,
  about: About,
): { readonly line: string; readonly masked: boolean } {
  if (row.state === null) {
    const foreign = row.foreignSeq > 0n ? { f: String(row.foreignSeq) } : {};
    return { line: JSON.stringify({ ...headerLine(row), ...foreign }), masked: true };
  }
  const front = `{"s":"${row.seq}","h":"${row.hash}",`;
  if (mask.isClear(row.scope, about.level)) return { line: front + row.state.slice(1), masked: false };
  const state = decodeRow(JSON.parse(row.state) as RowContent);
  const shown = mask.apply(state, about);
  if (shown === state) return { line: front + row.state.slice(1), masked: false };
  const text = rowText(shown);
  return { line: `${front}"m":"${hashOfText(text, sha256)}",${text.slice(1)}`, masked: true };
}

/** The text of the line that says that a row left a scope; `held` are the scopes whose names the reader may be told. */
export function exitLine({ entity, id, scope, seq, to }: ExitRecord, held: ReadonlySet<string>): string {
  const known = to !== null && held.has(to) ? { to } : {};
  return JSON.stringify({ e: entity, i: id, sc: scope, s: String(seq), st: 'exit', ...known });
}

/** Lines of bodies by their hashes. */
export async function bodyLines(reader: ServerReader, hashes: ReadonlySet<string>): Promise<string[]> {
  const bodies = await reader.bodies([...hashes]);
  return bodies.map(({ hash, data }) => `{"b":"${hash}","d":"${Buffer.from(data).toString('base64')}"}`);
}

import type {
  DigestAnswer,
  DigestRequest,
  RowsRequest,
  RowsTrailer,
  StampsAnswer,
  StampsRequest,
} from '../../protocol/messages.ts';
import { type FeedEnvironment, type Principal, RequestRefused } from './environment.ts';
import { wireDigest } from './pull.ts';
import { requireSchema } from './schema-versions.ts';
import { aboutRows } from './about-rows.ts';
import { beginReading, bodyLines, chainEndOf, headerLine, rowLine } from './serve.ts';
import type { ServerStore } from './store.ts';

/** Digests of a scope's 256 parts, or the versions in one of them: from a difference to the rows that make it. */
export async function digest(
  store: ServerStore,
  principal: Principal,
  request: DigestRequest,
): Promise<DigestAnswer> {
  return store.read(principal.tenant, async (reader) => {
    const { access } = await beginReading(reader, principal, request, [request.scope]);
    if (access.of(request.scope) === 'none') throw new RequestRefused('FORBIDDEN', 'You may not read there.');
    if (request.part !== undefined) {
      return { rows: (await reader.headersOfPart(request.scope, request.part)).map(headerLine) };
    }
    const parts = await reader.partDigests(request.scope);
    return { parts: Object.fromEntries(parts.map(({ part, count, xor }) => [part, wireDigest(count, xor)])) };
  });
}

/** The newest versions of named rows, as lines with a trailer that names what is not there or not to be read. */
export async function rows(
  store: ServerStore,
  environment: FeedEnvironment,
  principal: Principal,
  request: RowsRequest,
): Promise<string[]> {
  return store.read(principal.tenant, async (reader) => {
    const found = await reader.rows(request.rows.map(({ e, i }) => ({ entity: e, id: i })));
    const scopes = [...new Set(found.map(({ scope }) => scope))];
    const { access, mask, client } = await beginReading(reader, principal, request, scopes);
    requireSchema(client, environment.limits);
    const known = found.filter(({ scope }) => access.of(scope) !== 'none');
    const hashes = new Set<string>();
    const lines: string[] = [];
    // A row that comes after too many bodies is looked through by itself.
    const aboutMany = await aboutRows(reader, mask, known);
    for (const row of known) {
      const about = aboutMany(row) ?? (await aboutRows(reader, mask, [row]))(row);
      if (about === undefined) throw new RangeError('A row is asked about by itself.');
      const { line, masked } = rowLine(row, mask, about);
      if (!masked) for (const hash of row.bodies) hashes.add(hash);
      lines.push(line);
    }
    const given = new Set(known.map(({ entity, id }) => `${entity} ${id}`));
    const trailer: RowsTrailer = {
      ...chainEndOf(client),
      missing: request.rows.filter(({ e, i }) => !given.has(`${e} ${i}`)),
    };
    return [...(await bodyLines(reader, hashes)), ...lines, JSON.stringify({ trailer })];
  });
}

/** Which transactions the server knows, whichever client brought them: a client under a new name marks those and sends the rest. */
export async function stamps(
  store: ServerStore,
  principal: Principal,
  request: StampsRequest,
): Promise<StampsAnswer> {
  return store.read(principal.tenant, async (reader) => {
    await beginReading(reader, principal, request, []);
    const known = await reader.results(request.stamps);
    return {
      known: Object.fromEntries(
        known.map(({ stamp, status, code }) => [stamp, { st: status, ...(code === null ? {} : { code }) }]),
      ),
    };
  });
}

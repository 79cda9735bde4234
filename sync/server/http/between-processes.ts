import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { z } from 'zod';
import type { Present } from './presence-elsewhere.ts';
import { applicationName } from '../database/pool.ts';

/** The channel on which server processes over one database tell each other what is new. */
const channel = 'workbench_news';
/** PostgreSQL takes payloads of less than 8,000 bytes; a scope's name has at most 44. */
const scopesInOne = 120;
/** Pushes that follow one another closely are told together. */
const gatherMs = 20;
const firstWaitMs = 250;
const longestWaitMs = 10_000;

/** People of one scope that one process tells of; more than these are with each other anyway. */
const mostPeople = 80;

/** `p`: the process that speaks, which has told its own listeners already. `t`: the organisation. */
const spokenSchema = z.union([
  z.strictObject({
    p: z.uuid(),
    t: z.uuid(),
    /** Scopes in which something is new; null for all of the organisation's. */
    s: z.array(z.string().max(80)).nullable(),
  }),
  z.strictObject({
    p: z.uuid(),
    t: z.uuid(),
    /** A scope, and who is in it at that process. */
    in: z.string().max(80),
    who: z.array(z.tuple([z.uuid(), z.number().int()])).max(mostPeople),
  }),
  /** A process that has come to listen asks the others who is at them. */
  z.strictObject({ p: z.uuid(), ask: z.literal('who') }),
]);

/** What one process hears of the others. */
export interface HeardFromOthers {
  /** Something new of an organisation: in these scopes, or anywhere (null). */
  news(tenant: string, scopes: readonly string[] | null): void;
  /** Who is in a scope at a process, in the place of who was. */
  presence(process: string, tenant: string, scope: string, people: readonly Present[]): void;
  /** Somebody asks who is here. */
  asked(): void;
  /** News may have been missed. */
  gap(): void;
}

type Queries = Pick<pg.Pool, 'query'>;

/** Nobody in particular: a command beside the servers. */
const noProcess = '00000000-0000-0000-0000-000000000000';

/** Tells every server process over this database; ids and nothing else. */
export async function announce(
  pool: Queries,
  tenant: string,
  scopes: readonly string[] | null,
  process = noProcess,
): Promise<void> {
  const parts = scopes === null ? [null] : chunks(scopes);
  for (const s of parts) await speak(pool, { p: process, t: tenant, s });
}

function speak(pool: Queries, spoken: z.infer<typeof spokenSchema>): Promise<unknown> {
  return pool.query('SELECT pg_notify($1, $2)', [channel, JSON.stringify(spoken)]);
}

/**
 * News from the other processes over the same database, and to them. A connection of its own listens; while it is lost news are missed,
 * so that its return says that anything may be new. Nothing hangs on it: laptops find what they missed at their next pull.
 */
export class NewsBetweenProcesses {
  readonly #id = randomUUID();
  readonly #url: string;
  readonly #pool: Queries;
  readonly #heard: HeardFromOthers;
  readonly #gathered = new Map<string, Set<string>>();
  /** Who is where, as it is to be told; by organisation and scope. */
  readonly #places = new Map<string, { tenant: string; scope: string; people: readonly Present[] }>();
  #client: pg.Client | null = null;
  #telling: NodeJS.Timeout | null = null;
  #again: NodeJS.Timeout | null = null;
  #wait = firstWaitMs;
  #closed = false;

  constructor(options: { readonly url: string; readonly pool: Queries; readonly heard: HeardFromOthers }) {
    ({ url: this.#url, pool: this.#pool, heard: this.#heard } = options);
  }

  /** Listens from now on; resolves once it does, or when the first try has failed and others follow. */
  async open(): Promise<void> {
    const client = new pg.Client({ connectionString: this.#url, application_name: applicationName });
    client.on('error', () => undefined);
    client.on('end', () => this.#openAgain());
    client.on('notification', ({ payload }) => this.#hear(payload ?? ''));
    this.#client = client;
    try {
      await client.connect();
      await client.query(`LISTEN ${channel}`);
      this.#wait = firstWaitMs;
      await speak(this.#pool, { p: this.#id, ask: 'who' });
    } catch {
      await client.end().catch(() => undefined);
      this.#openAgain();
    }
  }

  /** Tells the others soon. */
  tell(tenant: string, scopes: Iterable<string>): void {
    const gathered = this.#gathered.get(tenant) ?? new Set();
    for (const scope of scopes) gathered.add(scope);
    this.#gathered.set(tenant, gathered);
    this.#telling ??= setTimeout(() => void this.#flush(), gatherMs);
  }

  /** Tells the others soon who is in a scope at this process. */
  tellPresence(tenant: string, scope: string, people: readonly Present[]): void {
    this.#places.set(`${tenant} ${scope}`, { tenant, scope, people });
    this.#telling ??= setTimeout(() => void this.#flush(), gatherMs);
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#again !== null) clearTimeout(this.#again);
    if (this.#telling !== null) await this.#flush();
    await this.#client?.end().catch(() => undefined);
  }

  async #flush(): Promise<void> {
    if (this.#telling !== null) clearTimeout(this.#telling);
    this.#telling = null;
    const gathered = [...this.#gathered];
    this.#gathered.clear();
    for (const [tenant, scopes] of gathered) {
      // Where the database is away, everybody who listens finds out by their next pull.
      await announce(this.#pool, tenant, [...scopes], this.#id).catch(() => undefined);
    }
    const places = [...this.#places.values()];
    this.#places.clear();
    for (const { tenant, scope, people } of places) {
      const who = people.slice(0, mostPeople).map(({ user, since }): [string, number] => [user, since]);
      await speak(this.#pool, { p: this.#id, t: tenant, in: scope, who }).catch(() => undefined);
    }
  }

  #hear(payload: string): void {
    const spoken = spokenSchema.safeParse(parsed(payload));
    if (!spoken.success || spoken.data.p === this.#id) return;
    const { data } = spoken;
    if ('ask' in data) this.#heard.asked();
    else if ('s' in data) this.#heard.news(data.t, data.s);
    else {
      const people = data.who.map(([user, since]) => ({ user, since }));
      this.#heard.presence(data.p, data.t, data.in, people);
    }
  }

  #openAgain(): void {
    if (this.#closed || this.#again !== null) return;
    this.#again = setTimeout(() => {
      this.#again = null;
      void this.open().then(() => this.#heard.gap());
    }, this.#wait);
    this.#wait = Math.min(this.#wait * 2, longestWaitMs);
  }
}

function chunks(scopes: readonly string[]): string[][] {
  const count = Math.ceil(scopes.length / scopesInOne);
  return Array.from({ length: count }, (_, at) => scopes.slice(at * scopesInOne, (at + 1) * scopesInOne));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

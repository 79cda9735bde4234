import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { z } from 'zod';
import { applicationName } from '../database/pool.ts';

/** The channel on which server processes over one database tell each other what is new. */
const channel = 'workbench_news';
/** PostgreSQL takes payloads of less than 8,000 bytes; a scope's name has at most 44. */
const scopesInOne = 120;
/** Pushes that follow one another closely are told together. */
const gatherMs = 20;
const firstWaitMs = 250;
const longestWaitMs = 10_000;

const newsSchema = z.strictObject({
  /** The process that speaks: it has told its own listeners already. */
  p: z.uuid(),
  t: z.uuid(),
  /** Scopes in which something is new; null for all of the organisation's. */
  s: z.array(z.string().max(80)).nullable(),
});

/** Something new of an organisation: in these scopes, or anywhere (null). */
export type OnNews = (tenant: string, scopes: readonly string[] | null) => void;

type Queries = Pick<pg.Pool, 'query'>;

/** Tells every server process over this database; ids and nothing else. */
export async function announce(
  pool: Queries,
  tenant: string,
  scopes: readonly string[] | null,
  process = '00000000-0000-0000-0000-000000000000',
): Promise<void> {
  const parts = scopes === null ? [null] : chunks(scopes);
  for (const s of parts) {
    const payload = JSON.stringify({ p: process, t: tenant, s });
    await pool.query('SELECT pg_notify($1, $2)', [channel, payload]);
  }
}

/**
 * News from the other processes over the same database, and to them. A connection of its own listens; while it is lost news are missed,
 * so that its return says that anything may be new. Nothing hangs on it: laptops find what they missed at their next pull.
 */
export class NewsBetweenProcesses {
  readonly #id = randomUUID();
  readonly #url: string;
  readonly #pool: Queries;
  readonly #onNews: OnNews;
  readonly #onGap: () => void;
  readonly #gathered = new Map<string, Set<string>>();
  #client: pg.Client | null = null;
  #telling: NodeJS.Timeout | null = null;
  #again: NodeJS.Timeout | null = null;
  #wait = firstWaitMs;
  #closed = false;

  constructor(options: {
    readonly url: string;
    readonly pool: Queries;
    readonly onNews: OnNews;
    /** News may have been missed. */
    readonly onGap: () => void;
  }) {
    ({ url: this.#url, pool: this.#pool, onNews: this.#onNews, onGap: this.#onGap } = options);
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
  }

  #hear(payload: string): void {
    const news = newsSchema.safeParse(parsed(payload));
    if (!news.success || news.data.p === this.#id) return;
    this.#onNews(news.data.t, news.data.s);
  }

  #openAgain(): void {
    if (this.#closed || this.#again !== null) return;
    this.#again = setTimeout(() => {
      this.#again = null;
      void this.open().then(() => this.#onGap());
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

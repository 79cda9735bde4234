import type pg from 'pg';
import type { End, Operation } from './history.ts';
import type { HistoryLaptop } from './history-laptop.ts';

/** Rows are read as one window, so that a read is of one moment. */
const mostRows = 450;

/**
 * One session that all laptops of a history work in: rows are appended to it, tags to three rows that it began with, and the summaries of
 * these are overwritten.
 */
export class SharedSession {
  readonly history: Operation[] = [];
  /** Rows that were asked for by now. */
  rows = 0;
  readonly #session: string;
  readonly #shared: readonly string[];

  private constructor(session: string, shared: readonly string[]) {
    this.#session = session;
    this.#shared = shared;
  }

  static async begin(laptop: HistoryLaptop): Promise<SharedSession> {
    const values = { title: 'shared', research_question: 'What came of it?' };
    const { id: session } = await laptop.ask('edits', 'add', { entity: 'research_sessions', values });
    const shared: string[] = [];
    for (let at = 0; at < 3; at += 1) {
      const evidence = { session_id: session, title: 'shared', summary: 'none' };
      shared.push((await laptop.ask('edits', 'add', { entity: 'evidence', values: evidence })).id);
    }
    return new SharedSession(session, shared);
  }

  /** One thing that a laptop does here, with a value that nothing else has. */
  async step(laptop: HistoryLaptop, value: string, random: () => number): Promise<void> {
    const row = this.#shared[Math.floor(random() * this.#shared.length)] ?? '';
    const [tags, summary] = [`tags ${row}`, `summary ${row}`];
    const what = random();
    if (what < 0.25) {
      await laptop.record(this.history, { kind: 'append', list: tags, value }, () =>
        laptop.ask('edits', 'tag', { entity: 'evidence', ids: [row], add: [value] }),
      );
    } else if (what < 0.5 && this.rows < mostRows) {
      this.rows += 1;
      const values = { session_id: this.#session, title: value };
      await laptop.record(this.history, { kind: 'append', list: 'rows', value }, () =>
        laptop.ask('edits', 'add', { entity: 'evidence', values }),
      );
    } else if (what < 0.6) {
      await laptop.record(this.history, { kind: 'write', register: summary, value }, () =>
        laptop.ask('edits', 'edit', { entity: 'evidence', ids: [row], values: { summary: value } }),
      );
    } else if (what < 0.8) {
      await laptop.observe(this.history, async () => {
        const seen = await this.#rowAt(laptop, row);
        return [
          { kind: 'read', list: tags, values: seen.tags },
          { kind: 'look', register: summary, value: seen.summary },
        ];
      });
    } else {
      await laptop.observe(this.history, async () => [
        { kind: 'read', list: 'rows', values: await this.#titlesAt(laptop) },
      ]);
    }
  }

  /** What a laptop shows. */
  async endAt(laptop: HistoryLaptop): Promise<End> {
    const rows: [string, { tags: string[]; summary: string }][] = [];
    for (const id of this.#shared) rows.push([id, await this.#rowAt(laptop, id)]);
    const titles = await this.#titlesAt(laptop);
    return {
      place: laptop.name,
      lists: Object.fromEntries([['rows', titles], ...rows.map(([id, { tags }]) => [`tags ${id}`, tags])]),
      registers: Object.fromEntries(rows.map(([id, { summary }]) => [`summary ${id}`, summary])),
      kept: (await laptop.ask('sync', 'conflicts')).flatMap(({ lost }) =>
        typeof lost === 'string' ? [lost] : [],
      ),
    };
  }

  /** What the server's own tables hold. */
  async endOnServer(admin: pg.Pool): Promise<End> {
    const { rows } = await admin.query<{ id: string; title: string; summary: string }>(
      'SELECT id, title, summary FROM central.evidence WHERE session_id = $1',
      [this.#session],
    );
    const tags = await admin.query<{ owner: string; element: string }>(
      'SELECT owner_id AS owner, element FROM central.set_elements WHERE owner_id = ANY($1::uuid[])',
      [this.#shared],
    );
    const tagsOf = (id: string) => tags.rows.flatMap(({ owner, element }) => (owner === id ? [element] : []));
    const titles = rows.flatMap(({ title }) => (title === 'shared' ? [] : [title]));
    const shared = rows.filter(({ id }) => this.#shared.includes(id));
    return {
      place: 'server',
      lists: Object.fromEntries([['rows', titles], ...this.#shared.map((id) => [`tags ${id}`, tagsOf(id)])]),
      registers: Object.fromEntries(shared.map(({ id, summary }) => [`summary ${id}`, summary])),
      kept: [],
    };
  }

  async #rowAt(laptop: HistoryLaptop, id: string): Promise<{ tags: string[]; summary: string }> {
    const { row } = await laptop.ask('rows', 'get', { entity: 'evidence', id });
    const { tags, summary } = row;
    return { tags: Array.isArray(tags) ? tags.map(String) : [], summary: String(summary) };
  }

  async #titlesAt(laptop: HistoryLaptop): Promise<string[]> {
    const asked = { entity: 'evidence', sessionId: this.#session, limit: 500 } as const;
    const { rows } = await laptop.ask('rows', 'list', asked);
    return rows.map((row) => String(row['title'])).filter((title) => title !== 'shared');
  }
}

import type { HostClient } from '../../preload/contract/contract.ts';
import type { Laptops } from './laptops.ts';

/** What one laptop shows of the session that all copies work in. */
export interface Shown {
  readonly rows: readonly string[];
  readonly tags: readonly string[];
  readonly title: unknown;
  readonly notes: string;
  /** Values that were written at the same time as what is shown, in order. */
  readonly conflicts: readonly string[];
}

/**
 * Laptops whose workspaces are copies of one folder, and what each of them has to hold: every word that was written in it, that it was
 * copied with, or that the server had when it last asked. A copy over a folder takes what was only there; nothing else may.
 */
export class CopiedLaptops {
  readonly #laptops: Laptops;
  readonly #open = new Map<string, HostClient>();
  readonly #words = new Map<string, Set<string>>();
  readonly #onServer = new Set<string>();
  readonly #session: string;
  #written = 0;

  private constructor(laptops: Laptops, session: string) {
    this.#laptops = laptops;
    this.#session = session;
  }

  /** Begins with the laptop `a`, open, with a session in it, connected to no server yet. */
  static async begin(laptops: Laptops): Promise<CopiedLaptops> {
    const client = await laptops.open('a');
    const values = { title: 'shared', research_question: 'What came of it?', notes: 'Begun.' };
    const { id } = await client.edits.add({ entity: 'research_sessions', values });
    const copied = new CopiedLaptops(laptops, id);
    copied.#open.set('a', client);
    copied.#words.set('a', new Set());
    return copied;
  }

  /** The open host of a laptop. */
  client(name: string): HostClient {
    const client = this.#open.get(name);
    if (client === undefined) throw new Error(`The laptop ${name} is not open.`);
    return client;
  }

  /** Closes a laptop's host. */
  async shut(name: string): Promise<void> {
    this.#open.delete(name);
    await this.#laptops.shut(name);
  }

  async reopen(name: string): Promise<void> {
    this.#open.set(name, await this.#laptops.again(name));
  }

  /** Copies one laptop's folder to the place of another as it stands, open or not, and opens it there. */
  async copy(from: string, to: string): Promise<void> {
    if (this.#open.has(to)) await this.shut(to);
    this.#laptops.copy(from, to);
    this.#words.set(to, new Set(this.#wordsOf(from)));
    await this.reopen(to);
  }

  /** A word that nothing else has: a row of its own, a tag of the session, and a part of its notes. */
  async write(name: string): Promise<void> {
    this.#written += 1;
    const word = `${name}${this.#written}`;
    const client = this.client(name);
    await client.edits.add({ entity: 'evidence', values: { session_id: this.#session, title: word } });
    const ids = [this.#session];
    await client.edits.tag({ entity: 'research_sessions', ids, add: [word] });
    const { row } = await client.rows.get({ entity: 'research_sessions', id: this.#session });
    const notes = `${String(row['notes'])} ${word}.`;
    await client.edits.edit({ entity: 'research_sessions', ids, values: { notes } });
    this.#wordsOf(name).add(word);
  }

  /** Gives the session another title. */
  async rename(name: string, title: string): Promise<void> {
    await this.client(name).edits.edit({
      entity: 'research_sessions',
      ids: [this.#session],
      values: { title },
    });
  }

  /** Laptops sync at the same time; what they hold is on the server after that. */
  async sync(...names: readonly string[]): Promise<void> {
    const done = await Promise.all(
      names.map(async (name) => {
        await this.client(name).sync.now();
        return this.client(name).sync.status();
      }),
    );
    for (const status of done) {
      const { waiting, inbox, sentence } = status;
      if (waiting > 0 || inbox > 0 || sentence !== '') throw new Error(JSON.stringify(status));
    }
    for (const name of names) for (const word of this.#wordsOf(name)) this.#onServer.add(word);
    if (names.length > 1) return;
    for (const name of names) for (const word of this.#onServer) this.#wordsOf(name).add(word);
  }

  /** Every word that was ever on the server or still is on a laptop, in order. */
  words(): string[] {
    return [
      ...new Set([...this.#onServer, ...[...this.#words.values()].flatMap((words) => [...words])]),
    ].toSorted();
  }

  async shown(name: string): Promise<Shown> {
    const client = this.client(name);
    const listed = await client.rows.list({ entity: 'evidence', sessionId: this.#session, limit: 500 });
    const { row } = await client.rows.get({ entity: 'research_sessions', id: this.#session });
    const conflicts = await client.sync.conflicts();
    return {
      rows: listed.rows.map((each) => String(each['title'])).toSorted(),
      tags: Array.isArray(row['tags']) ? row['tags'].map(String).toSorted() : [],
      title: row['title'],
      notes: String(row['notes']),
      conflicts: conflicts.map(({ lost }) => JSON.stringify(lost)).toSorted(),
    };
  }

  #wordsOf(name: string): Set<string> {
    const words = this.#words.get(name);
    if (words === undefined) throw new Error(`There is no laptop ${name}.`);
    return words;
  }
}

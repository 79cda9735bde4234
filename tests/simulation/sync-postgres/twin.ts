import type pg from 'pg';
import { openPool } from '../../../sync/server/database/pool.ts';
import type { Reply, ServerCall } from '../../../sync/client/effects.ts';
import { PostgresStore } from '../../../sync/server/store/postgres-store.ts';
import type { World } from '../sync/world.ts';
import { CrashingStore } from './crashing-store.ts';
import { stateDifferences, replyDifference } from './differences.ts';
import { Governance } from './governance.ts';
import type { TwinDatabases } from './databases.ts';

/** How often answers were compared, backends were ended in a transaction, and the server went back to an older state. */
export interface TwinCounts {
  answers: number;
  ended: number;
  restored: number;
}

/**
 * The same server once more, over PostgreSQL: every message of a world is answered by the model and by the real store, and both answers
 * have to say the same. Whatever befalls the model's server befalls this one: its backends are ended in the
 * middle of a transaction, and it goes back to an older state.
 */
export class Twin {
  readonly #databases: TwinDatabases;
  readonly #world: World;
  #name: string;
  #admin: pg.Pool;
  #pool: pg.Pool;
  #store: CrashingStore;
  readonly #governance = new Governance();
  /** The database that a restore goes back to, and whether it is a copy of this twin's own. */
  #snapshot: { readonly name: string; readonly own: boolean };
  #crashAt: number | null = null;
  readonly counts: TwinCounts = { answers: 0, ended: 0, restored: 0 };

  constructor(databases: TwinDatabases, name: string, world: World) {
    this.#databases = databases;
    this.#world = world;
    this.#name = name;
    this.#snapshot = { name: databases.beginning, own: false };
    ({ admin: this.#admin, pool: this.#pool, store: this.#store } = this.#open());
  }

  /** From now on the world's messages go to both. The world stands where this twin's database does. */
  async attach(): Promise<void> {
    const { edge } = this.#world;
    const { store } = edge;
    const [answer, crashAt] = [edge.answer.bind(edge), store.crashAt.bind(store)];
    edge.answer = async (user, call, text) => {
      await this.#governance.follow(this.#admin, this.#world.tenant);
      const said = await answer(user, call, text);
      const crash = this.#crashAt;
      this.#crashAt = null;
      return this.#answer(user, call, text, said, said === null ? crash : null);
    };
    // What is forgotten after months is another program's work on PostgreSQL (`tests/integration/server-tombstones.test.ts`).
    store.collectTombstones = () => 0;
    store.crashAt = (call) => {
      this.#crashAt = call;
      crashAt(call);
    };
    this.#world.keeper = { kept: () => this.#keep(), restored: (epoch) => this.#restore(epoch) };
    await this.#setEpoch(this.#world.tenant.epoch);
    this.#governance.begin(this.#world.tenant);
  }

  /** What the two servers hold that is not the same. */
  async differences(): Promise<string[]> {
    await this.#governance.follow(this.#admin, this.#world.tenant);
    return stateDifferences(this.#admin, this.#world.tenant);
  }

  /** Lets the database go, and where it is not to be kept ends it. */
  async close({ drop = false } = {}): Promise<void> {
    await this.#disconnect();
    if (!drop) return;
    await this.#databases.drop(this.#name);
    if (this.#snapshot.own) await this.#databases.drop(this.#snapshot.name);
  }

  async #answer(
    user: string,
    call: ServerCall,
    text: string,
    model: Reply,
    crash: number | null,
  ): Promise<Reply> {
    if (crash !== null) this.#store.crashAt(crash);
    try {
      const reply = await this.#world.edge.answerOver(this.#store, user, call, text);
      this.counts.answers += 1;
      const difference = replyDifference(model, reply);
      if (difference !== null) this.#world.fault(`${call}: PostgreSQL and the model differ: ${difference}`);
      return model;
    } catch (error) {
      // A server whose backend was ended answers nothing and has done nothing.
      if (crash === null) throw error;
      this.counts.ended += 1;
      return null;
    } finally {
      this.#store.crashAt(null);
    }
  }

  async #keep(): Promise<void> {
    await this.#governance.follow(this.#admin, this.#world.tenant);
    await this.#disconnect();
    const before = this.#snapshot;
    this.#snapshot = { name: await this.#databases.copy(this.#name), own: true };
    if (before.own) await this.#databases.drop(before.name);
    this.#connect();
  }

  async #restore(epoch: string): Promise<void> {
    this.counts.restored += 1;
    await this.#disconnect();
    await this.#databases.drop(this.#name);
    this.#name = await this.#databases.copy(this.#snapshot.name);
    this.#connect();
    await this.#setEpoch(epoch);
    await this.#world.edge.replayLedger(this.#store);
    this.#governance.begin(this.#world.tenant);
  }

  async #setEpoch(epoch: string): Promise<void> {
    await this.#admin.query(
      `INSERT INTO central.sync_epoch (epoch, fingerprint, reason) VALUES ($1, '', 'simulated') ON CONFLICT (epoch) DO NOTHING`,
      [epoch],
    );
  }

  #connect(): void {
    ({ admin: this.#admin, pool: this.#pool, store: this.#store } = this.#open());
  }

  #open(): { admin: pg.Pool; pool: pg.Pool; store: CrashingStore } {
    const urls = this.#databases.urls(this.#name);
    const admin = openPool({ url: urls.admin, max: 1 });
    const pool = openPool({ url: urls.server, max: 2 });
    return { admin, pool, store: new CrashingStore(new PostgresStore(pool), admin) };
  }

  async #disconnect(): Promise<void> {
    await Promise.all([this.#pool.end(), this.#admin.end()]);
  }
}

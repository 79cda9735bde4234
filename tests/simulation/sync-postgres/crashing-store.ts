import type pg from 'pg';
import type { ServerReader, ServerStore, ServerTransaction } from '../../../sync/server/feed/store.ts';
import { roles } from '../../../sync/server/database/roles.ts';

/** A store of which the backend is ended at one of its calls, in the middle of its transaction. */
export class CrashingStore implements ServerStore {
  readonly #store: ServerStore;
  readonly #admin: pg.Pool;
  #left: number | null = null;

  /** `admin`: signed in as one who may end backends. */
  constructor(store: ServerStore, admin: pg.Pool) {
    this.#store = store;
    this.#admin = admin;
  }

  /** The backend ends at this call, counted from now; null: at none. */
  crashAt(call: number | null): void {
    this.#left = call;
  }

  write<T>(tenant: string, work: (tx: ServerTransaction) => Promise<T>): Promise<T> {
    return this.#store.write(tenant, (tx) => work(this.#counted(tx)));
  }

  read<T>(tenant: string, work: (reader: ServerReader) => Promise<T>): Promise<T> {
    return this.#store.read(tenant, (reader) => work(this.#counted(reader)));
  }

  #counted<S extends ServerReader>(calls: S): S {
    if (this.#left === null) return calls;
    return new Proxy(calls, {
      get: (target, name) => {
        const known = Reflect.get(target, name, target) as unknown;
        if (typeof known !== 'function') return known;
        return async (...given: unknown[]) => {
          if (this.#left !== null && (this.#left -= 1) < 0) await this.#end();
          return (known as (...values: unknown[]) => Promise<unknown>).apply(target, given);
        };
      },
    });
  }

  async #end(): Promise<void> {
    await this.#admin.query(
      `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND usename = $1`,
      [roles.server],
    );
  }
}

import { TestServer } from '../../helpers/postgres-server.ts';

/** The databases of a simulation, in one PostgreSQL. */
export class TwinDatabases {
  readonly #server = new TestServer();
  #made = 0;

  /** The database in which everybody is ready. */
  beginning = '';

  start(): Promise<void> {
    return this.#server.start();
  }

  /** A database of its own that is a copy of another, to which nobody is connected; null: an empty one with the server's tables. */
  async copy(of: string | null): Promise<string> {
    this.#made += 1;
    const name = `sim_${this.#made}`;
    await this.#server.create(name, of);
    return name;
  }

  drop(name: string): Promise<void> {
    return this.#server.drop(name);
  }

  urls(name: string): { readonly admin: string; readonly server: string } {
    return this.#server.urls(name);
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }
}

import { type Presence, ServerNews } from '../../outbound/server-news.ts';
import type { DataThreads } from '../data/threads.ts';

export interface CompanyOptions {
  readonly data: DataThreads;
  /** Somebody else wrote something. */
  readonly onNew: () => void;
  /** Somebody came or went. */
  readonly onPresence: () => void;
}

/** Other people, while the connection is up: that they wrote something, and where they are. */
export class SyncCompany {
  readonly #options: CompanyOptions;
  #news: ServerNews | null = null;
  #presence: Presence = new Map();
  #presentIn: string | null = null;

  constructor(options: CompanyOptions) {
    this.#options = options;
  }

  /** Listens with a proof of identity, over the socket that is open or a new one. */
  async listen(token: string): Promise<void> {
    const { scopes, principal } = await this.#options.data.lists.call('sync.facts', undefined);
    if (principal === null) return;
    this.#news ??= new ServerNews({
      server: principal.server,
      onNew: this.#options.onNew,
      onPresence: (presence) => {
        this.#presence = presence;
        this.#options.onPresence();
      },
    });
    this.#news.watch(scopes, token);
    this.#news.present(this.#presentIn);
  }

  hush(): void {
    this.#news?.close();
    this.#news = null;
    this.#presence = new Map();
  }

  /** Tells those who are in the same session that this person is, too; null for away. */
  present(sessionId: string | null): void {
    this.#presentIn = sessionId === null ? null : `session:${sessionId}`;
    this.#news?.present(this.#presentIn);
  }

  /** Names of the others in the session that this person is in. */
  async namesHere(self: string | undefined): Promise<string[]> {
    const users = this.#presentIn === null ? [] : (this.#presence.get(this.#presentIn) ?? []);
    const others = users.filter((user) => user !== self);
    if (others.length === 0) return [];
    const names = await this.#options.data.lists.call('sync.people', others);
    return names.filter((name) => name !== '');
  }
}

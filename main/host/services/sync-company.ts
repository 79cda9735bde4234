import { type Presence, ServerNews } from '../../outbound/server-news.ts';
import type { DataThreads } from '../data/threads.ts';

export interface CompanyOptions {
  readonly data: DataThreads;
  /** Somebody else wrote something. */
  readonly onNew: () => void;
  /** Somebody came or went. */
  readonly onPresence: () => void;
}

const sessionScope = 'session:';

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
    this.#presentIn = sessionId === null ? null : `${sessionScope}${sessionId}`;
    this.#news?.present(this.#presentIn);
  }

  /** Names of the others in the session that this person is in. */
  async namesHere(self: string | undefined): Promise<string[]> {
    return this.#presentIn === null ? [] : this.#namesIn(this.#presentIn, self);
  }

  /** Every session in which somebody else is, with their names. */
  async around(self: string | undefined): Promise<{ sessionId: string; people: string[] }[]> {
    const sessions = await Promise.all(
      [...this.#presence.keys()]
        .filter((scope) => scope.startsWith(sessionScope))
        .map(async (scope) => ({
          sessionId: scope.slice(sessionScope.length),
          people: await this.#namesIn(scope, self),
        })),
    );
    return sessions.filter(({ people }) => people.length > 0);
  }

  async #namesIn(scope: string, self: string | undefined): Promise<string[]> {
    const others = (this.#presence.get(scope) ?? []).filter((user) => user !== self);
    if (others.length === 0) return [];
    const names = await this.#options.data.lists.call('sync.people', others);
    return names.filter((name) => name !== '');
  }
}

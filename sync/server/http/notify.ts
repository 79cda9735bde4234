import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type NotifyMessage, notifyRequestSchema } from '../../protocol/notify.ts';
import type { PushRequest } from '../../protocol/push-lines.ts';
import { ScopeAccess } from '../feed/access.ts';
import type { Principal as Reader } from '../feed/environment.ts';
import type { ServerStore } from '../feed/store.ts';
import type { Identity } from '../identity/context.ts';
import { type BeatingSocket, Heartbeat } from './heartbeat.ts';
import { type Present, PresenceElsewhere } from './presence-elsewhere.ts';
import { readerOf } from './reader.ts';

/** The part of a WebSocket that is used here. */
interface Socket extends BeatingSocket {
  send(text: string): void;
  close(code: number, reason: string): void;
  on(event: 'message' | 'close' | 'error' | 'pong', listener: (data: unknown) => void): unknown;
}

interface Subscriber {
  readonly reader: Reader;
  readonly socket: Socket;
  watched: ReadonlySet<string>;
  present: { readonly scope: string; readonly since: number } | null;
}

/** Rights are looked at again this often: who lost them is not told any more. */
const reviewMs = 60_000;
const mostMessagesPerMinute = 120;

/** Tells other server processes over the same database. */
export interface OtherProcesses {
  tell(tenant: string, scopes: Iterable<string>): void;
  tellPresence(tenant: string, scope: string, people: readonly Present[]): void;
}

/** Everybody who listens, by tenant. Who hears of a scope was allowed to read it when they asked, and a minute ago at most. */
export class Subscribers {
  readonly #store: ServerStore;
  readonly #now: () => number;
  readonly #byTenant = new Map<string, Set<Subscriber>>();
  readonly #elsewhere: PresenceElsewhere;
  readonly #others: OtherProcesses | null;
  readonly #socketsOfPerson: number;

  constructor(
    store: ServerStore,
    now: () => number,
    socketsOfPerson: number,
    others: OtherProcesses | null = null,
  ) {
    this.#store = store;
    this.#now = now;
    this.#socketsOfPerson = socketsOfPerson;
    this.#others = others;
    this.#elsewhere = new PresenceElsewhere(now);
  }

  /** Says that a push brought something new, to who listens here and to the other processes. */
  tell(tenant: string, { transactions }: PushRequest): void {
    const scopes = new Set(transactions.flatMap(({ tx }) => tx.entries.map((entry) => entry.scope)));
    this.tellHere(tenant, [...scopes]);
    this.#others?.tell(tenant, scopes);
  }

  /** Says to who listens here that something is new in these scopes; null for wherever they are. */
  tellHere(tenant: string, scopes: readonly string[] | null): void {
    for (const subscriber of this.#byTenant.get(tenant) ?? []) {
      const { watched } = subscriber;
      const heard = scopes === null ? [...watched] : scopes.filter((scope) => watched.has(scope));
      if (heard.length > 0) send(subscriber, { new: heard });
    }
  }

  /** Says to everybody that anything may be new: news were missed. */
  tellAll(): void {
    for (const tenant of this.#byTenant.keys()) this.tellHere(tenant, null);
  }

  /** False for a person who listens often enough. */
  add(subscriber: Subscriber): boolean {
    const { tenant, user } = subscriber.reader;
    const others = this.#byTenant.get(tenant) ?? new Set();
    if ([...others].filter(({ reader }) => reader.user === user).length >= this.#socketsOfPerson)
      return false;
    this.#byTenant.set(tenant, others.add(subscriber));
    return true;
  }

  remove(subscriber: Subscriber): void {
    const others = this.#byTenant.get(subscriber.reader.tenant);
    others?.delete(subscriber);
    if (others?.size === 0) this.#byTenant.delete(subscriber.reader.tenant);
    if (subscriber.present !== null) this.#tellPresence(subscriber.reader.tenant, subscriber.present.scope);
  }

  /** Scopes to hear of, as far as they may be read. Who is in them is told at once. */
  async watch(subscriber: Subscriber, scopes: readonly string[]): Promise<void> {
    subscriber.watched = await this.#readable(subscriber.reader, scopes);
    for (const scope of subscriber.watched) {
      const people = this.#peopleIn(subscriber.reader.tenant, scope);
      if (people.length > 0) send(subscriber, { presence: { scope, people } });
    }
  }

  /** Where a person is. Scopes that are not watched are not taken. */
  present(subscriber: Subscriber, scope: string | null): void {
    const before = subscriber.present?.scope ?? null;
    const isThere = scope !== null && subscriber.watched.has(scope);
    subscriber.present = isThere ? { scope, since: this.#now() } : null;
    const { tenant } = subscriber.reader;
    if (before !== null && before !== scope) this.#tellPresence(tenant, before);
    if (isThere) this.#tellPresence(tenant, scope);
  }

  async #readable(reader: Reader, scopes: readonly string[]): Promise<ReadonlySet<string>> {
    return this.#store.read(reader.tenant, async (snapshot) => {
      const member = await snapshot.member(reader.user);
      if (member === undefined) return new Set<string>();
      const access = new ScopeAccess(member, await snapshot.scopeFacts(reader.user, scopes), reader.project);
      return new Set(scopes.filter((scope) => access.of(scope) !== 'none'));
    });
  }

  /** Another process said who is in a scope there. */
  hearPresence(process: string, tenant: string, scope: string, people: readonly Present[]): void {
    if (this.#elsewhere.hear(process, tenant, scope, people)) this.#tellPresenceHere(tenant, scope);
  }

  /** Says to the other processes again who is here, and forgets who was at one that has ended. */
  sayAgain(): void {
    for (const { tenant, scope } of this.#elsewhere.forget()) this.#tellPresenceHere(tenant, scope);
    for (const [tenant, subscribers] of this.#byTenant) {
      const scopes = new Set([...subscribers].flatMap(({ present }) => present?.scope ?? []));
      for (const scope of scopes) this.#others?.tellPresence(tenant, scope, this.#peopleHere(tenant, scope));
    }
  }

  #peopleHere(tenant: string, scope: string): Present[] {
    return earliest(
      [...(this.#byTenant.get(tenant) ?? [])].flatMap(({ reader, present }) =>
        present?.scope === scope ? [{ user: reader.user, since: present.since }] : [],
      ),
    );
  }

  #peopleIn(tenant: string, scope: string): Present[] {
    return earliest([...this.#peopleHere(tenant, scope), ...this.#elsewhere.peopleIn(tenant, scope)]);
  }

  #tellPresence(tenant: string, scope: string): void {
    this.#others?.tellPresence(tenant, scope, this.#peopleHere(tenant, scope));
    this.#tellPresenceHere(tenant, scope);
  }

  #tellPresenceHere(tenant: string, scope: string): void {
    const people = this.#peopleIn(tenant, scope);
    for (const subscriber of this.#byTenant.get(tenant) ?? []) {
      if (subscriber.watched.has(scope)) send(subscriber, { presence: { scope, people } });
    }
  }
}

/** Each person once, since they first came. */
function earliest(people: readonly Present[]): Present[] {
  const found = new Map<string, number>();
  for (const { user, since } of people) found.set(user, Math.min(since, found.get(user) ?? since));
  return [...found].map(([user, since]) => ({ user, since }));
}

/** The route of who listens. A socket whose request would not be let in any more is closed, and one at which nobody is ended. */
export function addNotifyRoute(app: FastifyInstance, identity: Identity, subscribers: Subscribers): void {
  const readers = new WeakMap<FastifyRequest, Reader>();
  app.get(
    '/v1/notify',
    {
      websocket: true,
      preValidation: async (request) => {
        readers.set(request, await readerOf(identity, request, 'read'));
      },
    },
    (socket: Socket, request) => {
      const reader = readers.get(request);
      if (reader === undefined) return socket.close(1008, 'UNAUTHENTICATED');
      const subscriber: Subscriber = { reader, socket, watched: new Set(), present: null };
      if (!subscribers.add(subscriber)) return socket.close(1008, 'BUSY');
      const heartbeat = new Heartbeat(socket);
      let messages = 0;
      let taken = Promise.resolve();
      const review = setInterval(() => {
        messages = 0;
        if (!heartbeat.beat()) return;
        void readerOf(identity, request, 'read')
          .then(() => subscribers.watch(subscriber, [...subscriber.watched]))
          .catch(() => socket.close(1008, 'UNAUTHENTICATED'));
      }, reviewMs);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        clearInterval(review);
        subscribers.remove(subscriber);
      });
      socket.on('message', (data) => {
        messages += 1;
        if (messages > mostMessagesPerMinute) return socket.close(1008, 'BUSY');
        // One after another: to be somewhere counts only where it is watched, and that is looked up.
        taken = taken
          .then(() => take(subscribers, subscriber, String(data)))
          .catch(() => socket.close(1011, 'UNAVAILABLE'));
      });
    },
  );
}

async function take(subscribers: Subscribers, subscriber: Subscriber, text: string): Promise<void> {
  const parsed = notifyRequestSchema.safeParse(parseJson(text));
  if (!parsed.success) return subscriber.socket.close(1008, 'BAD_REQUEST');
  if ('watch' in parsed.data) await subscribers.watch(subscriber, parsed.data.watch);
  else subscribers.present(subscriber, parsed.data.present);
}

function send({ socket }: Subscriber, message: NotifyMessage): void {
  socket.send(JSON.stringify(message));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

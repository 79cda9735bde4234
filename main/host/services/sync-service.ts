import { setTimeout as pause } from 'node:timers/promises';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import type { ConnectRequest, SyncStatus } from '../../../preload/contract/sync.ts';
import { cycle, type CycleReport } from '../../../sync/client/cycle.ts';
import { firstPace, type Pace, waitAfter } from '../../../sync/client/pace.ts';
import { type Credentials, ServerConnection } from '../../outbound/server-connection.ts';
import { type Presence, ServerNews } from '../../outbound/server-news.ts';
import type { FileExchange } from './file-exchange.ts';
import type { DataThreads } from '../data/threads.ts';
import { causeFields, type Log } from '../log/log.ts';
import { version } from '../version.ts';

export interface SyncServiceOptions {
  readonly data: DataThreads;
  readonly log: Log;
  /** Whether tokens may be kept in the workspace: only where it is encrypted. */
  readonly isProtected: boolean;
  readonly onStatus: () => void;
  readonly files: FileExchange;
  /** Rows of other laptops arrived: their passages are made, their files fetched. */
  readonly onPulled: () => void;
}

/** After an edit, so that a burst of typing is one push. */
const afterEditMs = 400;
/** Between cycles while nothing happens here; longer on battery or where the network is metered. */
const idleMs = 20_000;
const savingMs = 180_000;

/**
 * Background sync of one open workspace: drives the engine, which asks for transactions on the file and for messages to the server, and
 * does nothing else. A cycle may end anywhere; the next one goes on.
 */
export class SyncService {
  readonly #options: SyncServiceOptions;
  #connection: ServerConnection | null = null;
  #pace: Pace = firstPace;
  #report: CycleReport | null = null;
  #lastSync: string | null = null;
  #pulled = 0;
  #running: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #paused = false;
  #held = false;
  #news: ServerNews | null = null;
  #presence: Presence = new Map();
  #presentIn: string | null = null;
  #saving = false;
  #signedOut = true;
  #person: { tenant: string; name: string; role: string } | null = null;
  #prepared: Promise<void> | null = null;
  /** False in a command that ends at once: it syncs when it is told to. */
  #isBackground = false;
  readonly #closing = new AbortController();

  constructor(options: SyncServiceOptions) {
    this.#options = options;
  }

  /** Takes up a connection that was made before, and syncs in the background from now on. */
  async start(): Promise<void> {
    await this.#prepare();
    this.#isBackground = true;
    this.#schedule(0);
  }

  /** Signs in and enrols the file. Throws what the server says, and where the file is another person's. */
  async connect({ url, tenant, credentials, review }: ConnectRequest): Promise<SyncStatus> {
    const server = originOf(url);
    await this.#prepare();
    const { data, isProtected } = this.#options;
    const connection = this.#connect(server, null);
    const signedIn = await connection.signIn({
      ...credentials,
      ...(tenant === undefined ? {} : { tenant }),
      device: { name: deviceName(), platform: process.platform, encrypted: isProtected },
    });
    try {
      await data.writer.call('sync.enrol', { server, tenant: signedIn.tenant.id, user: signedIn.user.id });
    } catch (error) {
      await connection.signOut();
      throw error;
    }
    this.#person = {
      tenant: signedIn.tenant.name,
      name: signedIn.user.fullName ?? signedIn.user.email,
      role: signedIn.role,
    };
    this.#connection = connection;
    this.#signedOut = false;
    this.#paused = review;
    this.#report = null;
    await data.writer.call('sync.hold', review);
    await (review ? this.#greet(connection) : this.now());
    return this.status();
  }

  async signOut(): Promise<SyncStatus> {
    await this.#prepare();
    this.#stopTimer();
    this.#hush();
    await this.#connection?.signOut();
    this.#signedOut = true;
    this.#options.onStatus();
    return this.status();
  }

  async pause(paused: boolean): Promise<void> {
    await this.#prepare();
    this.#paused = paused;
    if (!paused) await this.#release();
    if (paused) {
      this.#stopTimer();
      this.#hush();
    } else this.#schedule(0);
    this.#options.onStatus();
  }

  setSaving(saving: boolean): void {
    this.#saving = saving;
  }

  /** Something was changed here: it is sent soon. */
  changed(): void {
    if (this.#connection === null) return;
    this.#schedule(afterEditMs);
    this.#options.onStatus();
  }

  /** One cycle now; resolves at its end, whatever that is. */
  async now(): Promise<void> {
    await this.#prepare();
    if (this.#connection === null || this.#signedOut) {
      throw new WorkbenchError(
        'not-allowed',
        'This workspace is not connected to a server. Connect it first.',
      );
    }
    await this.#release();
    this.#stopTimer();
    await this.#running;
    await this.#run();
    // A push may have opened a scope on the server: what hangs on it, its files too, follows once it was greeted.
    if (this.#report?.end === 'done' && this.#report.pushed > 0) await this.#run();
  }

  /** The word of the person who looked at what would leave. */
  async #release(): Promise<void> {
    if (!this.#held) return;
    await this.#options.data.writer.call('sync.hold', false);
    this.#held = false;
    this.#paused = false;
  }

  /** Takes the server's policy up, so that what would leave is asked of it, and does nothing else. */
  async #greet(connection: ServerConnection): Promise<void> {
    this.#held = true;
    this.#report = await this.#drive(connection, true);
    this.#options.onStatus();
  }

  /** Tells those who are in the same session that this person is, too. */
  present(sessionId: string | null): void {
    this.#presentIn = sessionId === null ? null : `session:${sessionId}`;
    this.#news?.present(this.#presentIn);
  }

  async status(): Promise<SyncStatus> {
    await this.#prepare();
    const facts = await this.#options.data.lists.call('sync.facts', undefined);
    const report = this.#report;
    return {
      state: this.#state(),
      server: facts.principal?.server ?? null,
      tenant: this.#person?.tenant ?? null,
      person: this.#person?.name ?? null,
      role: this.#person?.role ?? null,
      waiting: facts.waiting,
      oldestUnsent: facts.oldestUnsent,
      lastSync: this.#lastSync,
      sentence: report === null || report.end === 'done' ? '' : report.message,
      pulled: this.#running === null ? 0 : this.#pulled,
      conflicts: facts.conflicts,
      inbox: facts.inbox,
      clockOffset: report?.offset ?? null,
      policyVersion: facts.policyVersion,
      present: await this.#namesOf(facts.principal?.user),
    };
  }

  async close(): Promise<void> {
    this.#stopTimer();
    this.#closing.abort();
    this.#hush();
    await this.#running;
  }

  /** Reads once how this workspace was connected. */
  #prepare(): Promise<void> {
    this.#prepared ??= this.#takeUp();
    return this.#prepared;
  }

  async #takeUp(): Promise<void> {
    const { data } = this.#options;
    const { principal, held } = await data.lists.call('sync.facts', undefined);
    if (principal === null) return;
    this.#held = held;
    this.#paused = held;
    const key = process.env['WORKBENCH_SYNC_KEY'];
    const kept: Credentials | null =
      key === undefined ? await data.writer.call('sync.credentials', undefined) : { kind: 'key', key };
    this.#signedOut = kept === null;
    this.#connection = this.#connect(principal.server, kept);
  }

  /** Hears of others while the connection is up; opened again after each cycle where it was lost. */
  async #listen(connection: ServerConnection): Promise<void> {
    const { token } = connection;
    const { scopes, principal } = await this.#options.data.lists.call('sync.facts', undefined);
    if (token === null || principal === null || !this.#isActive() || !this.#isBackground) return;
    this.#news ??= new ServerNews({
      server: principal.server,
      onNew: () => this.#schedule(0),
      onPresence: (presence) => {
        this.#presence = presence;
        this.#options.onStatus();
      },
    });
    this.#news.watch(scopes, token);
  }

  #hush(): void {
    this.#news?.close();
    this.#news = null;
    this.#presence = new Map();
  }

  async #namesOf(self: string | undefined): Promise<string[]> {
    const users = this.#presentIn === null ? [] : (this.#presence.get(this.#presentIn) ?? []);
    const others = users.filter((user) => user !== self);
    if (others.length === 0) return [];
    const names = await this.#options.data.lists.call('sync.people', others);
    return names.filter((name) => name !== '');
  }

  #state(): SyncStatus['state'] {
    if (this.#connection === null) return 'off';
    if (this.#signedOut) return 'signed-out';
    if (this.#running !== null) return 'syncing';
    if (this.#paused) return 'paused';
    switch (this.#report?.end) {
      case undefined:
      case 'done':
      case 'busy':
        return 'idle';
      case 'bad-answer':
        return 'refused';
      default:
        return this.#report?.end ?? 'idle';
    }
  }

  #isActive(): boolean {
    return this.#connection !== null && !this.#signedOut && !this.#paused && !this.#closing.signal.aborted;
  }

  #connect(server: string, credentials: Credentials | null): ServerConnection {
    const { data, isProtected } = this.#options;
    return new ServerConnection(
      {
        server,
        now: () => Date.now(),
        keep: async (next) => {
          if (isProtected || next === null) await data.writer.call('sync.keep', next);
        },
      },
      credentials,
    );
  }

  #run(): Promise<void> {
    this.#running ??= this.#cycle().finally(() => {
      this.#running = null;
      this.#options.onStatus();
    });
    this.#options.onStatus();
    return this.#running;
  }

  async #cycle(): Promise<void> {
    const connection = this.#connection;
    if (connection === null) return;
    this.#pulled = 0;
    try {
      this.#report = await this.#drive(connection);
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      this.#options.log.write('error', 'sync.failed', causeFields(error));
      this.#report = failed;
    }
    this.#pace = this.#report.pace;
    if (this.#report.end === 'done') {
      this.#lastSync = new Date().toISOString();
      await this.#listen(connection);
      const exchanged = this.#options.files.run(connection, this.#closing.signal);
      // A command that ends at once waits for its files; a window goes on.
      if (!this.#isBackground) await exchanged;
    }
    if (this.#report.end === 'signed-out') this.#signedOut = true;
    if (this.#report.pulled > 0) this.#options.onPulled();
    this.#scheduleNext(this.#report);
  }

  async #drive(connection: ServerConnection, onlyGreet = false): Promise<CycleReport> {
    const { writer } = this.#options.data;
    const { signal } = this.#closing;
    const engine = cycle({ app: version, now: () => Date.now(), pace: this.#pace, onlyGreet });
    let step = engine.next();
    while (step.done !== true) {
      const effect = step.value;
      signal.throwIfAborted();
      if (effect.to === 'server') {
        step = engine.next(await connection.send(effect.call, effect.text, signal));
      } else {
        const answer = await writer.call('sync.store', { call: effect.call, input: effect.input });
        if (effect.call === 'applyPage') {
          this.#pulled += (answer as { rows?: number }).rows ?? 0;
          this.#options.onStatus();
        }
        step = engine.next(answer);
      }
      // Other work of this process goes on between two steps.
      await pause(0);
    }
    return step.value;
  }

  #scheduleNext({ end, again, pace, retryAfter }: CycleReport): void {
    if (!this.#isActive() || end === 'retired' || end === 'update') return;
    if (end === 'done' && again) this.#schedule(0);
    else if (end === 'done') this.#schedule(this.#saving ? savingMs : idleMs);
    else this.#schedule(waitAfter(pace.failures, Math.random(), retryAfter));
  }

  #schedule(milliseconds: number): void {
    if (!this.#isActive() || !this.#isBackground) return;
    this.#stopTimer();
    this.#timer = setTimeout(() => void this.#run(), milliseconds);
    this.#timer.unref();
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}

const failed: CycleReport = {
  end: 'refused',
  again: true,
  pushed: 0,
  pulled: 0,
  repaired: 0,
  pace: firstPace,
  message: 'Sync came upon an error of its own. Nothing was lost; it is tried again.',
  retryAfter: 60,
  offset: null,
};

function originOf(url: string): string {
  const { protocol, hostname, origin } = new URL(url);
  const isLocal = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
  if (protocol === 'https:' || (protocol === 'http:' && isLocal)) return origin;
  throw new WorkbenchError(
    'invalid-input',
    'A sync server is reached by https, so that nobody on the way can read what is sent. Nothing was sent.',
  );
}

function deviceName(): string {
  return `${process.platform} laptop`;
}

import { WorkbenchError } from '../../../preload/contract/errors.ts';
import type { ConnectRequest, SyncStatus } from '../../../preload/contract/sync.ts';
import type { CycleReport } from '../../../sync/client/cycle.ts';
import { firstPace, type Pace, waitAfter } from '../../../sync/client/pace.ts';
import type { Credentials, ServerConnection } from '../../outbound/server-connection.ts';
import { BrowserSignIn } from './browser-sign-in.ts';
import { nameKeptRows } from './kept-rows.ts';
import { openConnection } from './open-connection.ts';
import { signIn } from './sign-in.ts';
import { askWho, type ShownPerson, shownPerson } from './who.ts';
import type { FileExchange } from './file-exchange.ts';
import type { DataThreads } from '../data/threads.ts';
import { causeFields, type Log } from '../log/log.ts';
import { plainCourse, type SyncCourse } from '../data/sync-course.ts';
import { version } from '../version.ts';
import { driveCycle } from './drive-cycle.ts';
import { plainSurroundings, sparingOf, type Surroundings } from './surroundings.ts';
import { serverOrigin } from './sync-address.ts';
import { SyncCompany } from './sync-company.ts';
import { SyncProgress } from './sync-progress.ts';
import { ownFailure, stateOf } from './sync-state.ts';
import { takeBack } from './take-back.ts';

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
/** Cycles that one word starts, while more waits to be sent than one of them takes. */
const mostCycles = 100;
/** Between cycles while nothing happens here; longer on battery or where the network is metered. */
const idleMs = 20_000;
const sparingMs = 180_000;

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
  #progress: SyncProgress | null = null;
  #running: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  /** Something became new while a cycle ran. */
  #isDue = false;
  #course: SyncCourse = plainCourse;
  /** Ends what is on its way when the person goes offline; a new one for each time online. */
  #online = new AbortController();
  #failingSince: string | null = null;
  #nextTry: string | null = null;
  #surroundings: Surroundings = plainSurroundings;
  #sparing: SyncStatus['sparing'] = null;
  #signedOut = true;
  #person: ShownPerson | null = null;
  #prepared: Promise<void> | null = null;
  /** False in a command that ends at once: it syncs when it is told to. */
  #isBackground = false;
  readonly #company: SyncCompany;
  readonly #browser = new BrowserSignIn();
  readonly #closing = new AbortController();

  constructor(options: SyncServiceOptions) {
    this.#options = options;
    this.#company = new SyncCompany({
      data: options.data,
      onNew: () => this.#wake(0),
      onPresence: options.onStatus,
    });
  }

  /** Takes up a connection that was made before, and syncs in the background from now on. */
  async start(): Promise<void> {
    await this.#prepare();
    this.#isBackground = true;
    this.#schedule(0);
  }

  /** Signs in and enrols the file. Throws what the server says, and where the file is another person's. */
  async connect({ url, tenant, credentials, device, review }: ConnectRequest): Promise<SyncStatus> {
    const server = serverOrigin(url);
    await this.#prepare();
    const { data, isProtected } = this.#options;
    const { principal } = await data.lists.call('sync.facts', undefined);
    const connection = openConnection(this.#options, server, null);
    const parts = { data, isProtected, browser: this.#browser };
    const signedIn = await signIn(connection, parts, { server, tenant, credentials, device });
    this.#person = shownPerson(signedIn);
    this.#connection = connection;
    this.#signedOut = false;
    this.#report = null;
    const { begun, complete } = principal === null ? { begun: false, complete: false } : this.#course;
    await this.#setCourse({ begun: begun || !review, offline: false, complete });
    await this.#runUntilSent();
    return this.status();
  }

  /** Begins a sign-in in the browser; `connect` takes it up. */
  beginInBrowser(url: string): Promise<{ readonly id: string; readonly address: string }> {
    return this.#browser.begin(openConnection(this.#options, serverOrigin(url), null));
  }

  cancelInBrowser(): void {
    this.#browser.cancel();
  }

  /** The way to the server, for what is asked beside the feed. Throws where nobody is signed in. */
  async signedIn(): Promise<ServerConnection> {
    await this.#prepare();
    return this.#mustBeConnected();
  }

  async signOut(): Promise<SyncStatus> {
    await this.#prepare();
    this.#stopTimer();
    this.#company.hush();
    this.#online.abort();
    await this.#running;
    this.#online = new AbortController();
    await this.#connection?.signOut();
    this.#signedOut = true;
    this.#options.onStatus();
    return this.status();
  }

  /** Goes offline at once, or on again. What a cycle has done by then holds; the next goes on from there. */
  async pause(paused: boolean): Promise<SyncStatus> {
    await this.#prepare();
    if (this.#connection === null) return this.status();
    if (paused) {
      this.#stopTimer();
      this.#company.hush();
      this.#online.abort();
      await this.#running;
      this.#failed(null);
    }
    await this.#setCourse({ ...this.#course, offline: paused });
    this.#schedule(0);
    this.#options.onStatus();
    return this.status();
  }

  /** What a window knows of the machine. Where there is nothing to spare any more, what waited goes on. */
  async surround(surroundings: Surroundings): Promise<void> {
    await this.#prepare();
    const before = this.#sparing;
    this.#surroundings = surroundings;
    await this.#weigh();
    if (before !== null && this.#sparing === null) this.#schedule(0);
    if (before !== this.#sparing) this.#options.onStatus();
  }

  /** Something was changed here: it is sent soon. */
  changed(): void {
    if (this.#connection === null) return;
    // While the server is away, edits do not shorten the wait.
    if (this.#failingSince === null) this.#wake(afterEditMs);
    this.#options.onStatus();
  }

  /** One cycle now; resolves at its end, whatever that is. Where the person had still to look at what would leave, it is the word to begin. */
  async now(): Promise<void> {
    await this.#prepare();
    this.#mustBeConnected();
    if (!this.#course.begun) await this.#setCourse({ ...this.#course, begun: true });
    await this.#runUntilSent();
  }

  async #runUntilSent(): Promise<void> {
    this.#stopTimer();
    await this.#running;
    await this.#run();
    for (let at = 1; at < mostCycles && this.#hasMore(); at += 1) await this.#run();
  }

  /** A cycle is to follow at once: the last one left something, or something became new while it ran. */
  #hasMore(): boolean {
    return this.#report?.end === 'done' && (this.#report.again || this.#isDue);
  }

  /** Tells those who are in the same session that this person is, too. */
  present(sessionId: string | null): void {
    this.#company.present(sessionId);
  }

  async status(): Promise<SyncStatus> {
    await this.#prepare();
    const facts = await this.#options.data.lists.call('sync.facts', undefined);
    const report = this.#report;
    return {
      state: stateOf({
        isConnected: this.#connection !== null,
        isSignedOut: this.#signedOut,
        isRunning: this.#running !== null,
        course: this.#course,
        end: report?.end ?? null,
      }),
      server: facts.principal?.server ?? null,
      tenant: this.#person?.tenant ?? null,
      person: this.#person?.name ?? facts.person,
      user: facts.principal?.user ?? null,
      role: this.#person?.role ?? null,
      waiting: facts.waiting,
      oldestUnsent: facts.oldestUnsent,
      lastSync: this.#lastSync,
      sentence: report?.message ?? '',
      progress: this.#running === null ? null : (this.#progress?.shown() ?? null),
      first: this.#course.begun && !this.#course.complete,
      attempts: this.#failingSince === null ? 0 : this.#pace.failures,
      failingSince: this.#failingSince,
      nextTry: this.#nextTry,
      sparing: this.#sparing,
      files: this.#options.files.waiting,
      conflicts: facts.conflicts,
      notices: facts.notices,
      inbox: facts.inbox,
      clockOffset: report?.offset ?? null,
      policyVersion: facts.policyVersion,
      revoked: report?.end === 'retired' ? report.revoked : null,
      present: await this.#company.namesHere(facts.principal?.user),
      around: await this.#company.around(facts.principal?.user),
    };
  }

  async close(): Promise<void> {
    this.#stopTimer();
    this.#closing.abort();
    this.#browser.cancel();
    this.#company.hush();
    await this.#running;
  }

  /** Reads once how this workspace was connected; again where that failed. */
  #prepare(): Promise<void> {
    this.#prepared ??= this.#takeUp().catch((error: unknown) => {
      this.#prepared = null;
      throw error;
    });
    return this.#prepared;
  }

  async #takeUp(): Promise<void> {
    const { data } = this.#options;
    const { principal, course } = await data.lists.call('sync.facts', undefined);
    if (principal === null) return;
    this.#course = course;
    if (course.offline) this.#online.abort();
    const key = process.env['WORKBENCH_SYNC_KEY'];
    const kept: Credentials | null =
      key === undefined ? await data.writer.call('sync.credentials', undefined) : { kind: 'key', key };
    this.#signedOut = kept === null;
    this.#connection = openConnection(this.#options, principal.server, kept);
  }

  #isActive(): boolean {
    const mayReach = this.#course.begun && !this.#course.offline;
    return this.#connection !== null && !this.#signedOut && mayReach && !this.#closing.signal.aborted;
  }

  #mustBeConnected(): ServerConnection {
    if (this.#connection !== null && !this.#signedOut) return this.#connection;
    throw new WorkbenchError('not-allowed', 'This workspace is not connected to a server. Connect it first.');
  }

  async #setCourse(course: SyncCourse): Promise<void> {
    await this.#options.data.writer.call('sync.setCourse', course);
    this.#course = course;
    if (!course.offline && this.#online.signal.aborted) this.#online = new AbortController();
  }

  /** Reads anew what the person wants to be spared. */
  async #weigh(): Promise<void> {
    const { syncWhenSparing } = await this.#options.data.lists.call('settings.preferences', undefined);
    this.#sparing = sparingOf(this.#surroundings, syncWhenSparing);
  }

  #run(): Promise<void> {
    this.#running ??= this.#cycle().finally(() => {
      this.#running = null;
      this.#options.onStatus();
    });
    this.#options.onStatus();
    return this.#running;
  }

  /** One cycle. Whatever fails in it is told as its end: nobody may be waiting for it. */
  async #cycle(): Promise<void> {
    const connection = this.#connection;
    if (connection === null) return;
    this.#isDue = false;
    // Where the person's word to begin comes meanwhile, this cycle has only greeted all the same.
    const onlyGreet = !this.#course.begun;
    // A single cycle may be asked for while one works offline: it is heard as one word, not as a change of mind.
    const online = this.#course.offline ? new AbortController() : this.#online;
    const signal = AbortSignal.any([this.#closing.signal, online.signal]);
    let report: CycleReport;
    try {
      report = await this.#drive(connection, signal, onlyGreet);
      // A message that was cut off looks like a server that is away.
      if (signal.aborted) return;
      report = await nameKeptRows(this.#options.data, await takeBack(this.#options.data, report));
      await this.#options.data.writer.call('sync.tidy', undefined);
      this.#ended(report);
      if (report.end === 'done' && !onlyGreet) await this.#done(connection, report, signal);
    } catch (error) {
      if (signal.aborted) return;
      this.#options.log.write('error', 'sync.failed', causeFields(error));
      report = ownFailure(error, this.#pace);
      this.#ended(report);
    }
    if (report.end === 'signed-out') this.#signedOut = true;
    if (report.pulled > 0) this.#options.onPulled();
    this.#scheduleNext(report);
  }

  async #drive(connection: ServerConnection, signal: AbortSignal, onlyGreet: boolean): Promise<CycleReport> {
    const { data } = this.#options;
    const { waiting } = await data.lists.call('sync.facts', undefined);
    const here = this.#course.complete ? null : await data.lists.call('sync.rowsHere', undefined);
    const progress = new SyncProgress({ now: () => Date.now(), waiting, here });
    this.#progress = progress;
    return driveCycle({
      data,
      connection,
      signal,
      cycle: { app: version, now: () => Date.now(), pace: this.#pace, onlyGreet },
      onStored: (effect, answer) => {
        if (progress.note(effect, answer)) this.#options.onStatus();
      },
    });
  }

  #ended(report: CycleReport): void {
    this.#report = report;
    this.#pace = report.pace;
    this.#failed(report);
  }

  async #done(connection: ServerConnection, { again }: CycleReport, signal: AbortSignal): Promise<void> {
    this.#lastSync = new Date().toISOString();
    if (!this.#course.complete && !again) await this.#setCourse({ ...this.#course, complete: true });
    const { token } = connection;
    if (this.#isActive() && this.#isBackground && token !== null) await this.#company.listen(token);
    await this.#weigh();
    this.#person ??= await askWho(connection);
    const { files } = this.#options;
    if (this.#sparing !== null) return files.count();
    const exchanged = files.run(connection, signal);
    // A command that ends at once waits for its files; a window goes on.
    if (!this.#isBackground) await exchanged;
  }

  #failed(report: CycleReport | null): void {
    const isFailure = report !== null && report.end !== 'done';
    this.#failingSince = isFailure ? (this.#failingSince ?? new Date().toISOString()) : null;
    if (!isFailure) this.#nextTry = null;
  }

  #scheduleNext({ end, pace, retryAfter }: CycleReport): void {
    if (!this.#isActive() || end === 'retired' || end === 'update') return;
    if (this.#hasMore()) this.#schedule(0);
    else if (end === 'done') this.#schedule(this.#sparing === null ? idleMs : sparingMs);
    else {
      const wait = waitAfter(pace.failures, Math.random(), retryAfter);
      this.#nextTry = new Date(Date.now() + wait).toISOString();
      this.#schedule(wait);
    }
  }

  /** Something is new: a cycle soon. The one that runs may have asked too early for it, so that another one follows. */
  #wake(milliseconds: number): void {
    if (this.#running === null) this.#schedule(milliseconds);
    else this.#isDue = true;
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

import { randomBytes } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import process from 'node:process';
import type { Id } from '../db/catalogue/rows.ts';
import { insertRow } from '../db/replica/rows/write.ts';
import { enrol } from '../db/replica/sync/enrol.ts';
import { readMeta } from '../db/replica/transaction/meta.ts';
import { transact } from '../db/replica/transaction/transact.ts';
import { closeWorkspace, createWorkspace, type OpenWorkspace } from '../db/replica/workspace/workspace.ts';
import { syncEgress } from '../main/outbound/sync-egress.ts';
import { cycle, type CycleReport } from '../sync/client/cycle.ts';
import type { Effect, Reply, ServerCall } from '../sync/client/effects.ts';
import { firstPace, type Pace } from '../sync/client/pace.ts';
import { replicaStore } from '../sync/client/replica-store.ts';
import type { StoreCalls } from '../sync/client/store-calls.ts';
import { defaultPrivacySettings } from '../sync/core/privacy-settings.ts';
import type { Principal } from '../sync/server/feed/environment.ts';
import { principalHeaders } from './principal-header.ts';

/** What one cycle took, and what the server took of it. */
export interface CycleTimes {
  readonly report: CycleReport;
  readonly ms: number;
  readonly serverMs: number;
  /** Milliseconds up to the last answer of a push; 0 where nothing was sent. */
  readonly pushMs: number;
  /** Time on processors of the laptop's process, and the most memory that it had in use at a step, in bytes. */
  readonly cpuMs: number;
  readonly peakRss: number;
}

/** A workspace on an encrypted file, enrolled, with the engine of sync driven over HTTP. */
export class BenchLaptop {
  readonly workspace: OpenWorkspace;
  readonly #store: StoreCalls;
  readonly #port: number;
  readonly #principal: Principal;
  readonly #agent = new Agent({ keepAlive: true });
  #pace: Pace = firstPace;
  #serverMs = 0;
  readonly #onTheirWay: Promise<Reply>[] = [];

  constructor(folder: string, port: number, principal: Principal) {
    this.#port = port;
    this.#principal = principal;
    this.workspace = createWorkspace({ folder, name: 'W', authorName: 'Ada', dataKey: randomBytes(32) });
    const { replica } = this.workspace;
    enrol(replica, { server: `http://127.0.0.1:${port}`, ...principal });
    const person = { author: replica.author, user: principal.user };
    const egress = () =>
      syncEgress({
        db: replica.db,
        policies: [defaultPrivacySettings],
        policyVersion: 1,
        person,
        host: '127.0.0.1',
        now: () => new Date().toISOString(),
      });
    this.#store = replicaStore({ replica, egress, onChange: () => undefined });
  }

  close(): void {
    this.#agent.destroy();
    closeWorkspace(this.workspace);
  }

  /** A session in the Personal project, and pieces of evidence with a summary of two kilobytes each, some in one transaction. */
  fill(rows: number, each: number): Id {
    const { replica } = this.workspace;
    const project_id = readMeta(replica.db, 'personal-project') ?? null;
    const session = transact(replica, { command: 'session.add' }, (tx) =>
      insertRow(tx, 'research_sessions', { title: 'S', research_question: 'Q?', project_id }),
    ).result;
    for (let done = 0; done < rows; done += each) {
      transact(replica, { command: 'evidence.add' }, (tx) => {
        for (let at = 0; at < each; at += 1) {
          insertRow(tx, 'evidence', {
            session_id: session,
            title: `Evidence ${done + at}`,
            summary: randomBytes(1000).toString('hex'),
            source_type: 'manual_entry',
          });
        }
      });
    }
    return session;
  }

  /** One cycle of sync from greeting to the last page. */
  async sync(): Promise<CycleTimes> {
    const engine = cycle({ app: 'bench', now: Date.now, pace: this.#pace });
    this.#serverMs = 0;
    const began = performance.now();
    const cpu = process.cpuUsage();
    let [peakRss, pushMs] = [0, 0];
    let answer: unknown;
    for (;;) {
      const step = engine.next(answer);
      peakRss = Math.max(peakRss, process.memoryUsage.rss());
      if (step.done === true) {
        this.#pace = step.value.pace;
        const { user, system } = process.cpuUsage(cpu);
        const ms = performance.now() - began;
        const cpuMs = (user + system) / 1000;
        return { report: step.value, ms, serverMs: this.#serverMs, pushMs, cpuMs, peakRss };
      }
      answer = await this.#perform(step.value);
      if (step.value.to === 'store' && step.value.call === 'pushed') pushMs = performance.now() - began;
    }
  }

  async #perform(effect: Effect): Promise<unknown> {
    if (effect.to === 'send') {
      const { gone, reply } = this.#ask(effect.message.call, effect.message.text);
      this.#onTheirWay.push(reply);
      return gone;
    }
    if (effect.to === 'receive') return this.#onTheirWay.shift();
    if (effect.to === 'server') return this.#ask(effect.call, effect.text).reply;
    const call = this.#store[effect.call] as (input: unknown) => unknown;
    return call(effect.input);
  }

  /** `gone`: the whole request is with the system, and travels while this thread does something else. */
  #ask(call: ServerCall, text: string): { readonly gone: Promise<void>; readonly reply: Promise<Reply> } {
    const gone = Promise.withResolvers<void>();
    const reply = new Promise<Reply>((resolve, reject) => {
      const sent = httpRequest(
        {
          host: '127.0.0.1',
          port: this.#port,
          path: `/v1/${call}`,
          method: 'POST',
          agent: this.#agent,
          headers: principalHeaders(this.#principal),
        },
        (reply) => {
          const parts: Buffer[] = [];
          reply.on('data', (part: Buffer) => parts.push(part));
          reply.on('end', () => {
            this.#serverMs += Number(/dur=([\d.]+)/.exec(String(reply.headers['server-timing']))?.[1] ?? 0);
            resolve({ status: reply.statusCode ?? 0, text: Buffer.concat(parts).toString() });
          });
        },
      );
      sent.on('error', (error) => {
        gone.reject(error);
        reject(error);
      });
      sent.end(text, () => gone.resolve());
    });
    return { gone: gone.promise, reply };
  }
}

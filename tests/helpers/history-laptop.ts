import { type ChildProcess, fork } from 'node:child_process';
import { basename, dirname, join } from 'node:path';
import type { HostClient } from '../../preload/contract/contract.ts';
import { type FaultProxy, startFaultProxy, type Verdict } from './fault-proxy.ts';
import type { Answered } from './history-process.ts';
import type { Operation } from './history.ts';

type Call<G extends keyof HostClient, P extends keyof HostClient[G]> = HostClient[G][P] extends (
  input: infer I,
  ...rest: never[]
) => Promise<infer A>
  ? { readonly input: I; readonly answer: A }
  : never;

type Done = Operation extends infer O
  ? O extends Operation
    ? Omit<O, 'began' | 'ended' | 'device'>
    : never
  : never;

/** A laptop whose host is a process of its own, behind a network of its own, and everything that it was asked and answered. */
export class HistoryLaptop {
  readonly name: string;
  readonly folder: string;
  /** What the network does with each request. */
  judge: () => Verdict = () => ({ fault: 'pass' });
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #proxy: FaultProxy | null = null;
  #asked = 0;

  constructor(folder: string) {
    this.folder = folder;
    this.name = basename(folder);
    this.#child = fork(new URL('./history-process.ts', import.meta.url), [folder], {
      execPath: process.execPath,
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { ...process.env, WORKBENCH_MODEL_DIR: join(dirname(folder), 'no-model') },
    });
    this.#child.on('message', (answered: Answered) => {
      const waiting = this.#waiting.get(answered.id);
      this.#waiting.delete(answered.id);
      if ('failed' in answered) waiting?.reject(new Error(`${this.name}: ${answered.failed}`));
      else waiting?.resolve(answered.answer);
    });
    this.#child.on('exit', () => {
      for (const each of this.#waiting.values()) each.reject(new Error(`The host of ${this.name} ended.`));
    });
  }

  /** Asks the host for one procedure of its contract. */
  async ask<G extends keyof HostClient, P extends keyof HostClient[G]>(
    group: G,
    procedure: P,
    input?: Call<G, P>['input'],
  ): Promise<Call<G, P>['answer']> {
    this.#asked += 1;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(this.#asked, waiting);
    this.#child.send({ id: this.#asked, group, procedure, input });
    return (await waiting.promise) as Call<G, P>['answer'];
  }

  /** Makes the workspace and connects it to a server, through a network that passes everything as yet. */
  async connect(server: string, key: string): Promise<void> {
    this.#proxy = await startFaultProxy(server, () => this.judge());
    await this.ask('workspaces', 'create', { path: this.folder, name: this.name, sample: false });
    await this.ask('sync', 'connect', { url: this.#proxy.url, credentials: { key } });
  }

  /** Does one thing and records it; where the answer never comes it stays in the record as begun. */
  async record(history: Operation[], planned: Done, work: () => Promise<unknown>): Promise<void> {
    const begun: Operation = { ...planned, device: this.name, began: performance.now(), ended: null };
    const at = history.push(begun) - 1;
    await work();
    history[at] = { ...begun, ended: performance.now() };
  }

  /** Looks at something, and records what was there. */
  async observe(history: Operation[], look: () => Promise<readonly Done[]>): Promise<void> {
    const began = performance.now();
    const seen = await look();
    const ended = performance.now();
    for (const each of seen) history.push({ ...each, device: this.name, began, ended });
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    if (this.#child.connected) this.#child.send('close');
    if (this.#child.exitCode === null && this.#child.signalCode === null) await ended;
    await this.#proxy?.close();
  }
}

import { type ChildProcess, fork } from 'node:child_process';
import { basename, dirname, join } from 'node:path';
import { closeWorkspace, createWorkspace } from '../../db/replica/workspace/workspace.ts';
import type { Passing, Verdict } from './fault-proxy.ts';
import type { Told } from './laptop-process.ts';

/** Where a process ends: at a message, when so many of its kind had passed. */
export interface Failpoint {
  readonly call: string;
  readonly fault: Verdict['fault'];
  readonly nth: number;
  /** Milliseconds after that, while what came is being applied. */
  readonly later: number;
}

type Cursors = readonly { readonly scope: string; readonly seq: string }[];

type Judge = (passing: Passing) => Verdict;

const passes: Judge = () => ({ fault: 'pass' });

/** A laptop whose host is a process of its own, and what a test knows of it: what it said is saved, and what the network gave it. */
export class KillableLaptop {
  readonly folder: string;
  /** Numbers of the rows that the process said were saved. */
  readonly rows = new Set<number>();
  /** The register's value that it said was saved last. */
  register = -1;
  /** What the network does with the laptop's requests. */
  judge: Judge = passes;
  /** Times that a process began behind what earlier ones are known to have applied. */
  readonly fetchedAgain: string[] = [];
  readonly #url: () => string;
  readonly #key: string;
  #next = 0;
  /** Cursors up to which everything is known to have been applied by the processes before this one. */
  readonly #applied = new Map<string, bigint>();

  constructor(folder: string, url: () => string, key: string) {
    this.folder = folder;
    this.#url = url;
    this.#key = key;
    closeWorkspace(createWorkspace({ folder, name: basename(folder), authorName: 'Ada' }));
  }

  get name(): string {
    return basename(this.folder);
  }

  /** Lets the laptop edit and sync until the failpoint, and kills it there. Resolves with false where it ended by itself. */
  async workUntil({ call, fault, nth, later }: Failpoint): Promise<boolean> {
    const seen = new Map<string, number>();
    const asked: Cursors[] = [];
    const { child, ended } = this.#start(String(this.#next));
    const kill = () => void setTimeout(() => child.kill('SIGKILL'), later);
    this.judge = (passing) => {
      const count = (seen.get(passing.call) ?? 0) + 1;
      seen.set(passing.call, count);
      if (passing.call === 'pull') asked.push(this.#cursorsOf(passing, count === 1));
      if (passing.call !== call || count !== nth) return { fault: 'pass' };
      return { fault, done: kill };
    };
    const code = await ended;
    this.judge = passes;
    // A page is asked for while the one before it is applied: the last cursors asked from may be ahead of the file, those before are in it.
    for (const { scope, seq } of asked.at(-2) ?? asked.at(-1) ?? []) this.#applied.set(scope, BigInt(seq));
    // The one after the newest may have been saved and not told; where it told nothing, that is the one that it began with.
    this.#next = Math.max(this.#next, Math.max(-1, ...this.rows) + 1) + 1;
    return code === null;
  }

  /** Syncs until nothing waits and nothing comes any more. */
  async drain(): Promise<void> {
    const code = await this.#start('drain').ended;
    if (code !== 0) throw new Error(`${this.name} ended with ${code}`);
  }

  #start(work: string): { child: ChildProcess; ended: Promise<number | null> } {
    const child = fork(new URL('./laptop-process.ts', import.meta.url), [this.folder, this.#url(), work], {
      execPath: process.execPath,
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: {
        ...process.env,
        WORKBENCH_SYNC_KEY: this.#key,
        WORKBENCH_MODEL_DIR: join(dirname(this.folder), 'no-model'),
      },
    });
    let failure = '';
    child.on('message', (told: Told) => {
      if (told === 'connected') return;
      if ('failed' in told) failure = told.failed;
      else if (told.saved === 'register') this.register = told.n;
      else this.rows.add(told.n);
    });
    // What it said last may be read after its exit: the channel ends when all of it was.
    const heard = new Promise<void>((resolve) => child.once('disconnect', resolve));
    const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const ended = Promise.all([exited, heard]).then(([code]) => {
      if (failure !== '') throw new Error(failure);
      return code;
    });
    return { child, ended };
  }

  /** What a pull asks from. The first of a process goes on where the processes before it are known to have been. */
  #cursorsOf({ body }: Passing, isFirst: boolean): Cursors {
    const { want } = JSON.parse(body.toString()) as { want: Cursors };
    for (const { scope, seq } of isFirst ? want : []) {
      if (BigInt(seq) < (this.#applied.get(scope) ?? 0n)) this.fetchedAgain.push(`${scope} from ${seq}`);
    }
    return want;
  }
}

import { type ChildProcess, fork } from 'node:child_process';
import { basename, dirname, join } from 'node:path';
import { closeWorkspace, createWorkspace } from '../../db/replica/workspace/workspace.ts';
import type { PullTrailer } from '../../sync/protocol/messages.ts';
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
  /** Times that a process began behind what an earlier one had applied. */
  readonly fetchedAgain: string[] = [];
  readonly #url: () => string;
  readonly #key: string;
  #next = 0;
  /** Cursors after each page that arrived whole, newest last. */
  readonly #pages: Readonly<Record<string, string>>[] = [];

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
    const { child, ended } = this.#start(String(this.#next));
    const kill = () => void setTimeout(() => child.kill('SIGKILL'), later);
    this.judge = (passing) => {
      const count = (seen.get(passing.call) ?? 0) + 1;
      seen.set(passing.call, count);
      const given = passing.call === 'pull' ? this.#watchPull(passing, count === 1) : undefined;
      if (passing.call !== call || count !== nth) return { fault: 'pass', done: given };
      return {
        fault,
        done: (answer) => {
          if (fault === 'pass') given?.(answer);
          kill();
        },
      };
    };
    const code = await ended;
    this.judge = passes;
    // The one after the newest may have been saved and not told.
    this.#next = Math.max(-1, ...this.rows) + 2;
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
    const ended = new Promise<number | null>((resolve, reject) => {
      child.on('exit', (code) => (failure === '' ? resolve(code) : reject(new Error(failure))));
    });
    return { child, ended };
  }

  /** Notes what a pull asks for and gets. A process goes on where the one before it was killed, but for the page that was on its way. */
  #watchPull({ body }: Passing, isFirst: boolean): (answer: string) => void {
    const { want } = JSON.parse(body.toString()) as { want: { scope: string; seq: string }[] };
    const applied = isFirst ? this.#pages.at(-2) : undefined;
    for (const { scope, seq } of want) {
      if (BigInt(seq) < BigInt(applied?.[scope] ?? '0')) this.fetchedAgain.push(`${scope} from ${seq}`);
    }
    return (answer) => {
      const last = JSON.parse(answer.trimEnd().split('\n').at(-1) ?? '{}') as { trailer?: PullTrailer };
      if (last.trailer !== undefined) this.#pages.push({ ...this.#pages.at(-1), ...last.trailer.next });
    };
  }
}

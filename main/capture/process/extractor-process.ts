import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ExtractorMessage, ReadRequest } from './protocol.ts';

export interface ExtractorProcessOptions {
  /** The Node executable; inside Electron the one that is bundled with the application. */
  readonly nodePath: string;
  readonly heapMegabytes: number;
  readonly onMessage: (message: ExtractorMessage) => void;
  /** Called once, when the process has ended for whatever reason. */
  readonly onEnd: (reason: 'out-of-memory' | 'crashed') => void;
}

/** Folder of the application: all that the process may read. */
const applicationFolder = fileURLToPath(new URL('../../../', import.meta.url));

/** One running extractor process. It gets no environment, so that no key or path reaches it. */
export class ExtractorProcess {
  readonly #child: ChildProcess;
  #stderrTail = '';

  constructor(options: ExtractorProcessOptions) {
    this.#child = fork(new URL('./child.ts', import.meta.url), {
      execPath: options.nodePath,
      execArgv: [
        '--permission',
        `--allow-fs-read=${applicationFolder}`,
        `--max-old-space-size=${options.heapMegabytes}`,
        '--no-warnings',
      ],
      env: {},
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let over = false;
    const end = (): void => {
      if (over) return;
      over = true;
      options.onEnd(
        /heap out of memory|allocation failed/i.test(this.#stderrTail) ? 'out-of-memory' : 'crashed',
      );
    };
    // What the process writes is looked at for one word and let go: it may hold words of a document.
    this.#child.stderr?.on('data', (data: Buffer) => {
      this.#stderrTail = (this.#stderrTail + data.toString('latin1')).slice(-8192);
    });
    this.#child.on('message', (message) => options.onMessage(message as ExtractorMessage));
    this.#child.on('error', end);
    this.#child.on('close', end);
  }

  send(request: ReadRequest): void {
    if (this.#child.connected) this.#child.send(request, () => undefined);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Keeps an idle process from holding the host open. */
  unref(): void {
    this.#child.unref();
    this.#child.channel?.unref();
  }

  ref(): void {
    this.#child.ref();
    this.#child.channel?.ref();
  }

  /** Bytes of memory that the process holds; null where the platform does not tell another process. */
  residentBytes(): number | null {
    if (process.platform !== 'linux' || this.#child.pid === undefined) return null;
    try {
      const pages = Number(readFileSync(`/proc/${this.#child.pid}/statm`, 'utf8').split(' ')[1]);
      return pages * 4096;
    } catch {
      return null;
    }
  }
}

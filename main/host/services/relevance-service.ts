import type { Id } from '../../../db/catalogue/rows.ts';
import type { DataThreads } from '../data/threads.ts';
import { causeFields, type Log } from '../log/log.ts';

/** Evidence that is looked at in one go: some milliseconds of the writer's thread. */
const atOnce = 20;

export interface RelevanceOptions {
  readonly data: DataThreads;
  readonly log: Log;
  /** The vector of a session's question, or null where no model answers or the question may not leave. */
  readonly embed: (sessionId: Id, question: string) => Promise<Float32Array | null>;
  readonly onChanged: (evidence: readonly Id[]) => void;
}

/**
 * Keeps the relevance of evidence to its session's question: taken again when the question changes and when passages got their
 * vectors. One session after the other, in the background; a session that is asked for twice is done once more.
 */
export class RelevanceService {
  readonly #options: RelevanceOptions;
  readonly #waiting = new Set<Id>();
  #run: Promise<void> | null = null;
  #closed = false;

  constructor(options: RelevanceOptions) {
    this.#options = options;
  }

  refresh(sessions: Iterable<Id>): void {
    for (const session of sessions) this.#waiting.add(session);
    if (this.#waiting.size === 0 || this.#closed) return;
    this.#run ??= this.#work().finally(() => {
      this.#run = null;
    });
  }

  /** Resolves when nothing waits. */
  async settled(): Promise<void> {
    await this.#run;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#run;
  }

  async #work(): Promise<void> {
    for (const session of this.#waiting) {
      this.#waiting.delete(session);
      try {
        await this.#refreshSession(session);
      } catch (error) {
        this.#options.log.write('warning', 'relevance.failed', causeFields(error));
      }
      if (this.#closed) return;
    }
  }

  async #refreshSession(sessionId: Id): Promise<void> {
    const { data, embed, onChanged } = this.#options;
    const { row } = await data.lists.call('rows.get', { entity: 'research_sessions', id: sessionId });
    const asked = (row as { research_question?: string | null }).research_question ?? '';
    const question = asked === '' ? null : await embed(sessionId, asked);
    for (let after: number | null = 0; after !== null && !this.#closed;) {
      const done: { next: number | null; changed: Id[] } = await data.writer.call('relevance.refresh', {
        sessionId,
        question,
        after,
        limit: atOnce,
      });
      if (done.changed.length > 0) onChanged(done.changed);
      after = done.next;
    }
  }
}

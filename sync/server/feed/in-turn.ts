import { setImmediate } from 'node:timers/promises';

/** Work that has its turn after other work of the same name. */
export interface Turn<P, T> {
  /**
   * Done where other work is before it, once that has only answers to wait for: what is made here may not depend on what the other does.
   * Where it fails the work is not done.
   */
  readonly ahead: () => Promise<P>;
  /** The work itself. `given` is to be called when it has only answers to wait for. */
  readonly work: (ahead: P | undefined, given: () => void) => Promise<T>;
}

interface Running {
  readonly given: Promise<void>;
  readonly ended: Promise<void>;
}

/**
 * Work under one name is done in the order in which it was given. A laptop has two pushes on their way (P33): the second is read while
 * the first is written, and waits here rather than with a connection of the database for the lock of its client. Another process that
 * gets the second first refuses it as a gap, and it is sent again.
 */
export class InTurn {
  readonly #last = new Map<string, Running>();

  /** Does the work once all that was given before under this name has ended, well or not. */
  run<P, T>(name: string, turn: Turn<P, T>): Promise<T> {
    const before = this.#last.get(name);
    const given = Promise.withResolvers<void>();
    const done =
      before === undefined ? turn.work(undefined, given.resolve) : follow(before, turn, given.resolve);
    const ended = done
      .then(nothing, nothing)
      // What fails ahead of its turn ends before it.
      .then(() => before?.ended)
      .then(given.resolve);
    const running = { given: given.promise, ended };
    this.#last.set(name, running);
    void ended.then(() => {
      if (this.#last.get(name) === running) this.#last.delete(name);
    });
    return done;
  }
}

async function follow<P, T>(before: Running, { ahead, work }: Turn<P, T>, given: () => void): Promise<T> {
  await before.given;
  // What was given leaves this process first.
  await setImmediate();
  const made = await ahead();
  await before.ended;
  return work(made, given);
}

function nothing(): void {
  // How work ended is for whoever gave it.
}

/**
 * Work under one name is done in the order in which it was given. A laptop has two pushes on their way (P33): the second is read while
 * the first is written, and waits here rather than with a connection of the database for the lock of its client. Another process that
 * gets the second first refuses it as a gap, and it is sent again.
 */
export class InTurn {
  readonly #last = new Map<string, Promise<void>>();

  /** Does the work once all that was given before under this name has ended, well or not. */
  run<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name);
    const done = before === undefined ? work() : before.then(work);
    const end = done.then(
      () => undefined,
      () => undefined,
    );
    this.#last.set(name, end);
    void end.then(() => {
      if (this.#last.get(name) === end) this.#last.delete(name);
    });
    return done;
  }
}

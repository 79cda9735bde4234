import type { WorkbenchEvent } from '../../preload/contract/events.ts';

/** Most events that wait for one window; of changes beyond it the window is only told that there were more. */
const capacity = 64;

/** Most rows that one change event names. */
const namedRows = 200;

interface Subscriber {
  readonly waiting: WorkbenchEvent[];
  wake: () => void;
}

/**
 * Hands events to every window. A window that reads slowly never holds the host up: its waiting activity and status
 * events are replaced by newer ones, and its waiting changes are folded into one that says `more`.
 */
export class EventHub {
  readonly #subscribers = new Set<Subscriber>();

  /** Tells every window. */
  publish(event: WorkbenchEvent): void {
    const bounded = event.kind === 'changed' ? boundedChange(event) : event;
    for (const subscriber of this.#subscribers) {
      enqueue(subscriber.waiting, bounded);
      subscriber.wake();
    }
  }

  /** Events from now on, whether or not they are read yet, until the signal is aborted. */
  subscribe(signal: AbortSignal): AsyncGenerator<WorkbenchEvent, void, void> {
    const subscriber: Subscriber = { waiting: [], wake: () => undefined };
    this.#subscribers.add(subscriber);
    const leave = (): void => {
      this.#subscribers.delete(subscriber);
      subscriber.wake();
    };
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    return this.#read(subscriber, signal);
  }

  async *#read(subscriber: Subscriber, signal: AbortSignal): AsyncGenerator<WorkbenchEvent, void, void> {
    try {
      while (!signal.aborted) {
        const next = subscriber.waiting.shift();
        if (next !== undefined) {
          yield next;
          continue;
        }
        await new Promise<void>((resolve) => {
          subscriber.wake = resolve;
          if (signal.aborted) resolve();
        });
      }
    } finally {
      this.#subscribers.delete(subscriber);
    }
  }
}

function enqueue(waiting: WorkbenchEvent[], event: WorkbenchEvent): void {
  if (event.kind !== 'changed') {
    const older = waiting.findIndex((each) => each.kind === event.kind);
    if (older >= 0) waiting.splice(older, 1);
  } else if (waiting.length >= capacity) {
    const older = waiting.findIndex((each) => each.kind === 'changed');
    if (older >= 0) {
      waiting.splice(older, 1);
      waiting.push({ ...event, rows: [], more: true });
      return;
    }
  }
  waiting.push(event);
}

function boundedChange(event: Extract<WorkbenchEvent, { kind: 'changed' }>): WorkbenchEvent {
  if (event.rows.length <= namedRows) return event;
  return { ...event, rows: event.rows.slice(0, namedRows), more: true };
}

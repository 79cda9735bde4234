import type { ClientLink } from '@orpc/client';
import { createORPCClient } from '@orpc/client';
import type { HostClient } from '../../preload/contract/contract.ts';
import type { WorkbenchEvent } from '../../preload/contract/events.ts';
import { createStore } from './store.ts';
import type { Connection } from './transport.ts';

/** Where the way to the host stands. A call made while it is `lost` waits until it is `open` again. */
export type HostState = 'connecting' | 'open' | 'lost';

/** The host as the renderer knows it: one client that outlives its connections, and what the host tells. */
export interface Host {
  readonly client: HostClient;
  readonly state: { get(): HostState; subscribe(listener: () => void): () => void };
  onEvent(listener: (event: WorkbenchEvent) => void): () => void;
  /** Called after each reconnection: what was read before may be stale. */
  onReopened(listener: () => void): () => void;
}

const retryAfterMs = [100, 250, 500, 1000, 2000];

function pauseBefore(attempt: number): Promise<void> {
  const pause = retryAfterMs[Math.min(attempt, retryAfterMs.length - 1)] ?? 2000;
  return new Promise((resolve) => setTimeout(resolve, pause));
}

/** Keeps a connection open, asks for events on it, and opens the next one when it ends. */
export function createHost(open: () => Promise<Connection>): Host {
  const state = createStore<HostState>('connecting');
  const listeners = new Set<(event: WorkbenchEvent) => void>();
  const reopened = new Set<() => void>();
  let current: Promise<Connection> = connect(0);
  let generation = 0;

  async function connect(attempt: number): Promise<Connection> {
    try {
      const connection = await open();
      generation += 1;
      state.set('open');
      if (generation > 1) for (const listener of reopened) listener();
      void follow(connection);
      void connection.closed.then(() => {
        state.set('lost');
        current = connect(0);
      });
      return connection;
    } catch {
      state.set(generation === 0 ? 'connecting' : 'lost');
      await pauseBefore(attempt);
      return connect(attempt + 1);
    }
  }

  /** Hears what the host tells while the connection is open. A stream that ends before it is asked for anew, and with it what it missed. */
  async function follow(connection: Connection): Promise<void> {
    const direct: HostClient = createORPCClient(connection.link);
    let isOpen = true;
    void connection.closed.then(() => {
      isOpen = false;
    });
    for (let attempt = 0; isOpen; attempt += 1) {
      try {
        const stream = await direct.events.subscribe();
        if (attempt > 0) for (const listener of reopened) listener();
        for await (const event of stream) for (const listener of listeners) listener(event);
      } catch (error) {
        if (isOpen) console.error('The stream of events ended', error);
      }
      await Promise.race([connection.closed, pauseBefore(attempt)]);
    }
  }

  const link: ClientLink<Record<never, never>> = {
    async call(path, input, options) {
      return (await current).link.call(path, input, options);
    },
  };

  return {
    client: createORPCClient(link),
    state,
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onReopened(listener) {
      reopened.add(listener);
      return () => reopened.delete(listener);
    },
  };
}

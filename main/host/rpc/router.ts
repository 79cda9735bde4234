import { createRouterClient, implement } from '@orpc/server';
import type { RPCHandler as PortHandler } from '@orpc/server/message-port';
import type { WebSocket } from 'ws';
import { contract, type HostClient } from '../../../preload/contract/contract.ts';
import type { Log } from '../log/log.ts';
import { toRpcError } from './rpc-errors.ts';
import type { CallContext, HostService } from './service.ts';

interface RouterContext {
  readonly caller: string;
}

type AnyFunction = (input: unknown, context: CallContext) => unknown;

interface Implementable {
  handler(
    run: (options: { input: unknown; context: RouterContext; signal?: AbortSignal | undefined }) => unknown,
  ): unknown;
}

/** Serves one host's contract over every transport. */
export interface HostRouter {
  /** A client in this process: the same checks, no transport. */
  client(caller: string): HostClient;
  serveSocket(socket: WebSocket, caller: string): Promise<void>;
  servePort(port: Parameters<PortHandler<RouterContext>['upgrade']>[0], caller: string): Promise<void>;
}

/** Binds the contract to the functions behind it. What they throw crosses as a code with a message that is safe to show. */
export function createRouter(service: HostService, log: Log): HostRouter {
  const router = implementAll(service);
  const guard = async <T>(options: { next(): Promise<T> }): Promise<T> => {
    try {
      return await options.next();
    } catch (error) {
      throw toRpcError(error, log);
    }
  };
  const options = { clientInterceptors: [guard] };
  // Each transport is loaded at its first use: a command that ends at once uses none.
  const sockets = once(async () => {
    const { RPCHandler } = await import('@orpc/server/ws');
    return new RPCHandler<RouterContext>(router, options);
  });
  const ports = once(async () => {
    const { RPCHandler } = await import('@orpc/server/message-port');
    return new RPCHandler<RouterContext>(router, options);
  });
  return {
    client: (caller) =>
      createRouterClient(router, { context: { caller }, interceptors: [guard] }) as unknown as HostClient,
    serveSocket: async (socket, caller) => {
      // What comes before the handler listens is held back.
      socket.pause();
      const handler = await sockets();
      void handler.upgrade(socket, { context: { caller } });
      socket.resume();
    },
    servePort: async (port, caller) => (await ports()).upgrade(port, { context: { caller } }),
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

type FullRouter = ReturnType<ReturnType<typeof contextual>['router']>;

function contextual() {
  return implement(contract).$context<RouterContext>();
}

/** Every procedure of the contract, by name: `HostService` says at compile time that none is missing. */
function implementAll(service: HostService): FullRouter {
  const builder = contextual();
  const groups = builder as unknown as Readonly<Record<string, Readonly<Record<string, Implementable>>>>;
  const built: Record<string, Record<string, unknown>> = {};
  for (const [group, functions] of Object.entries(service)) {
    built[group] = {};
    for (const name of Object.keys(functions)) {
      const implementable = groups[group]?.[name];
      if (implementable === undefined) throw new Error(`The contract has no procedure ${group}.${name}.`);
      const run = functions[name as keyof typeof functions] as unknown as AnyFunction;
      built[group][name] = implementable.handler(({ input, context, signal }) => {
        const live = signal ?? new AbortController().signal;
        if (group === 'events') return service.events.subscribe(live);
        return run.call(functions, input, { signal: live, caller: context.caller });
      });
    }
  }
  return builder.router(built as unknown as Parameters<typeof builder.router>[0]);
}

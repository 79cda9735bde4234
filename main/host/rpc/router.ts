import { createRouterClient, implement } from '@orpc/server';
import { RPCHandler as PortHandler } from '@orpc/server/message-port';
import { RPCHandler as SocketHandler } from '@orpc/server/ws';
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
  serveSocket(socket: WebSocket, caller: string): void;
  servePort(port: Parameters<PortHandler<RouterContext>['upgrade']>[0], caller: string): void;
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
  const sockets = new SocketHandler<RouterContext>(router, { clientInterceptors: [guard] });
  const ports = new PortHandler<RouterContext>(router, { clientInterceptors: [guard] });
  return {
    client: (caller) =>
      createRouterClient(router, { context: { caller }, interceptors: [guard] }) as unknown as HostClient,
    serveSocket: (socket, caller) => void sockets.upgrade(socket, { context: { caller } }),
    servePort: (port, caller) => ports.upgrade(port, { context: { caller } }),
  };
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

import { WorkbenchError } from '../../../preload/contract/errors.ts';
import type { Calls } from './messages.ts';
import type { CallOptions } from './thread-client.ts';

/** Functions by name, as a thread serves them. They may answer at once or later. */
export type Functions = Readonly<Record<string, (args: never, signal: AbortSignal) => unknown>>;

/** The calls that functions serve: one source for both sides of a thread's border. */
export type CallsOf<F extends Functions> = {
  readonly [N in keyof F & string]: {
    readonly args: Parameters<F[N]>[0];
    readonly result: Awaited<ReturnType<F[N]>>;
  };
};

/** Whoever runs calls: a thread, or this process. */
export interface Caller<C extends Calls> {
  call<N extends keyof C & string>(
    name: N,
    args: C[N]['args'],
    options?: CallOptions,
  ): Promise<C[N]['result']>;
  stop(): Promise<void>;
}

/** Finds a function by the name in a message. Throws for a name that nobody serves. */
export function functionNamed(
  functions: Functions,
  name: string,
): (args: unknown, signal: AbortSignal) => unknown {
  if (!Object.hasOwn(functions, name)) throw new WorkbenchError('not-found', `Nothing is called ${name}.`);
  return functions[name] as (args: unknown, signal: AbortSignal) => unknown;
}

/**
 * Runs calls in this process, for commands that end at once: no thread is started for one question. `open` runs at the first
 * call.
 */
export function inlineCaller<F extends Functions>(
  open: () => Promise<{ functions: F; stop: () => void | Promise<void> }>,
): Caller<CallsOf<F>> {
  let opened: ReturnType<typeof open> | undefined;
  return {
    call: async (name, args, options) => {
      opened ??= open();
      const { functions } = await opened;
      options?.signal?.throwIfAborted();
      return functionNamed(functions, name)(args, options?.signal ?? new AbortController().signal) as never;
    },
    stop: async () => {
      if (opened !== undefined) await (await opened).stop();
    },
  };
}

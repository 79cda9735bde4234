import { fromTransport } from '../../main/host/rpc/rpc-errors.ts';
import type { HostClient } from '../../preload/contract/contract.ts';
import { WorkbenchError } from '../../preload/contract/errors.ts';

/** The client, noting which procedures were called. What answers has passed the contract's schemas. */
export function recording(inner: HostClient, names: Set<string>): HostClient {
  return new Proxy(inner, {
    get: (groups, group: string) =>
      new Proxy(Reflect.get(groups, group) as object, {
        get: (functions, name: string) => {
          names.add(`${group}.${name}`);
          return Reflect.get(functions, name) as unknown;
        },
      }),
  });
}

/** The error that a call fails with, as its caller sees it. Throws where it does not fail. */
export async function failure(promise: Promise<unknown>): Promise<WorkbenchError> {
  const error = fromTransport(
    await promise.then(
      () => null,
      (reason: unknown) => reason,
    ),
  );
  if (error instanceof WorkbenchError) return error;
  throw error instanceof Error ? error : new Error('it did not fail');
}

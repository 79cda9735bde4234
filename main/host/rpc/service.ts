import type {
  AnySchema,
  ContractProcedure,
  ErrorMap,
  InferSchemaInput,
  InferSchemaOutput,
  Meta,
} from '@orpc/contract';
import type { contract } from '../../../preload/contract/contract.ts';
import type { WorkbenchEvent } from '../../../preload/contract/events.ts';

/** What every call knows beside its input. */
export interface CallContext {
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** One window, browser or script: its newest search replaces its older one. */
  readonly caller: string;
}

/** A value that its taker does not change: what queries hand out as read-only may be answered with. */
type Unchanged<T> = T extends (...given: never[]) => unknown
  ? T
  : T extends readonly (infer U)[]
    ? readonly Unchanged<U>[]
    : T extends object
      ? { readonly [K in keyof T]: Unchanged<T[K]> }
      : T;

type Procedure<P> =
  P extends ContractProcedure<infer I extends AnySchema, infer O extends AnySchema, ErrorMap, Meta>
    ? (
        input: InferSchemaOutput<I>,
        context: CallContext,
      ) => Unchanged<InferSchemaInput<O>> | Promise<Unchanged<InferSchemaInput<O>>>
    : never;

/** Functions behind a part of the contract: inputs as they were checked, outputs as they will be. */
export type ServiceOf<G> = { readonly [N in keyof G]: Procedure<G[N]> };

/** The functions behind the whole contract. */
export type HostService = {
  readonly [G in Exclude<keyof typeof contract, 'events'>]: ServiceOf<(typeof contract)[G]>;
} & { readonly events: { subscribe(signal: AbortSignal): AsyncGenerator<WorkbenchEvent, void, void> } };

import type { Failure } from '../../../preload/contract/errors.ts';

/** Functions that a thread serves, by name: what each takes and answers with. */
export type Calls = Readonly<Record<string, { readonly args: unknown; readonly result: unknown }>>;

/** To a thread. `cancel` names a call whose answer nobody waits for any more. */
export type ToThread =
  | { readonly kind: 'call'; readonly id: number; readonly name: string; readonly args: unknown }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'stop' };

/** From a thread. `ready` comes first, or `failed` where the thread could not open what it works on. */
export type FromThread =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly fields: ThreadFields }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly failure: Failure; readonly fields: ThreadFields }
  | { readonly kind: 'note'; readonly note: unknown }
  | { readonly kind: 'slow'; readonly name: string; readonly ms: number }
  | { readonly kind: 'stopped' };

/** What the main thread's log is told about a cause; the cause itself stays in its thread. */
export type ThreadFields = Readonly<Record<string, string | number | boolean | null>>;

import { useState } from 'react';
import { failureOf, type ShownFailure } from '../data/failure.ts';

/** What a form sends: whether it is on its way, and how it was refused. */
export interface Submit {
  readonly busy: boolean;
  /** The sentence of the refusal. */
  readonly error: string | undefined;
  /** The refusal with its code and what the host added, where a form goes on by it. */
  readonly failure: ShownFailure | undefined;
  /** Sends. While it is on its way nothing is sent a second time; where it was refused the form stays with the reason. */
  readonly submit: (send: () => Promise<unknown>) => Promise<void>;
  /** Takes a refusal out of sight. */
  readonly clear: () => void;
}

/** Keeps one form's way to the host. Whether the form closes is for `send` to say, as its last step. */
export function useSubmit(): Submit {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ShownFailure>();
  return {
    busy,
    error: failure?.message,
    failure,
    submit: async (send) => {
      if (busy) return;
      setBusy(true);
      setFailure(undefined);
      try {
        await send();
      } catch (thrown) {
        setFailure(failureOf(thrown));
      } finally {
        setBusy(false);
      }
    },
    clear: () => setFailure(undefined),
  };
}

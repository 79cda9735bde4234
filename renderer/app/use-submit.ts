import { useState } from 'react';
import { failureOf } from '../data/failure.ts';

/** What a form sends: whether it is on its way, and the sentence in which it was refused. */
export interface Submit {
  readonly busy: boolean;
  readonly error: string | undefined;
  /** Sends. While it is on its way nothing is sent a second time; where it was refused the form stays with the reason. */
  readonly submit: (send: () => Promise<unknown>) => Promise<void>;
}

/** Keeps one form's way to the host. Whether the form closes is for `send` to say, as its last step. */
export function useSubmit(): Submit {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  return {
    busy,
    error,
    submit: async (send) => {
      if (busy) return;
      setBusy(true);
      setError(undefined);
      try {
        await send();
      } catch (thrown) {
        setError(failureOf(thrown).message);
      } finally {
        setBusy(false);
      }
    },
  };
}

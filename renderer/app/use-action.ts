import { useState } from 'react';
import { sayFailure } from './attempt.ts';
import { type Topic, useCache } from '../data/query.ts';
import { showToast } from '../ui/toasts.tsx';

/** Runs something, says how it failed where it did, and has what depends on it asked again. */
export function useAction(topic: Topic): {
  busy: boolean;
  run: (body: () => Promise<unknown>, said?: string) => void;
} {
  const cache = useCache();
  const [busy, setBusy] = useState(false);
  return {
    busy,
    run: (body, said) => {
      setBusy(true);
      body()
        .then(() => (said === undefined ? undefined : showToast({ text: said })), sayFailure)
        .finally(() => {
          setBusy(false);
          cache.invalidate(new Set([topic]));
        });
    },
  };
}

import type { ReactNode } from 'react';
import { type Answer, useCache } from '../../data/query.ts';
import { common } from '../../messages/common.ts';
import { peopleWords } from '../../messages/people.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNotice, Waiting } from '../../ui/states.tsx';

/** What stands on the server only: waited for, or why it is not there with a way to ask again. Old answers stay in sight. */
export function Asked({ answers, children }: { answers: readonly Answer<unknown>[]; children: ReactNode }) {
  const cache = useCache();
  const failure = answers.find((answer) => answer.failure !== undefined)?.failure;
  const isWaiting = failure === undefined && answers.some(({ data }) => data === undefined);
  return (
    <>
      {failure === undefined ? null : (
        <ErrorNotice
          message={failure.message}
          actions={<Button onPress={() => cache.invalidate(new Set(['people']))}>{common.tryAgain}</Button>}
        />
      )}
      {isWaiting ? <Waiting>{peopleWords.asking}</Waiting> : children}
    </>
  );
}

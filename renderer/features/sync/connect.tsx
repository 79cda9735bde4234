import { useState } from 'react';
import type { SyncStatus } from '../../../preload/contract/sync.ts';
import { attempt } from '../../app/attempt.ts';
import { useClient } from '../../data/query.ts';
import { syncWords } from '../../messages/sync.ts';
import { Button } from '../../ui/button.tsx';
import { LeavingView } from './leaving.tsx';
import { SignInForm } from './sign-in-form.tsx';
import { TakenAlong } from './taken-along.tsx';

const steps = ['signIn', 'take', 'leaving'] as const;
type Step = (typeof steps)[number];

/**
 * The way from a laptop on its own to one that syncs: who one is, what to take along, and what would leave. Nothing is sent or taken
 * before the last step's word; leaving the way open keeps it open.
 */
export function Connect({ status }: { status: SyncStatus }) {
  const client = useClient();
  const [chosen, setChosen] = useState<Step>('take');
  const step = status.state === 'choosing' ? chosen : 'signIn';
  if (step === 'signIn') {
    return (
      <>
        <Steps current={step} />
        <div className="scroll">
          <SignInForm server={status.server} />
        </div>
      </>
    );
  }
  return (
    <>
      <Steps current={step} />
      {step === 'take' ? <TakenAlong /> : <LeavingView which="all" />}
      <div className="commit">
        <span className="dim grow">{syncWords.nothingSent}</span>
        {step === 'take' ? (
          <Button look="primary" onPress={() => setChosen('leaving')}>
            {syncWords.nextLeaving}
          </Button>
        ) : (
          <>
            <Button onPress={() => setChosen('take')}>{syncWords.backToTake}</Button>
            <Button look="primary" onPress={() => void attempt(client.sync.now())}>
              {syncWords.begin}
            </Button>
          </>
        )}
      </div>
    </>
  );
}

function Steps({ current }: { current: Step }) {
  return (
    <ol className="steps" aria-label={syncWords.stepsLabel}>
      {steps.map((step, at) => (
        <li key={step} aria-current={step === current ? 'step' : undefined}>
          <span className="num">{at + 1}</span> {syncWords.steps[step]}
        </li>
      ))}
    </ol>
  );
}

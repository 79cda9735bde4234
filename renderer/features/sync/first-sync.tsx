import type { SyncStatus } from '../../../preload/contract/sync.ts';
import { attempt } from '../../app/attempt.ts';
import { useClient } from '../../data/query.ts';
import { syncWords } from '../../messages/sync.ts';
import { Button } from '../../ui/button.tsx';
import { Progress } from '../../ui/marks.tsx';

/** The first sync while it has not come to its end: how far it is, how long it takes, and that it may be left at any time. */
export function FirstSync({ status: { state, progress } }: { status: SyncStatus }) {
  const client = useClient();
  const isStopped = state === 'paused';
  const share = progress?.total == null ? null : progress.done / progress.total;
  return (
    <section className="section sync-part" aria-label={syncWords.first}>
      <h2 className="section-title">{syncWords.first}</h2>
      {isStopped ? null : <Progress label={syncWords.first} value={share} />}
      <p className="row first-sync">
        <span className="num">{progress === null ? '' : syncWords.progress(progress)}</span>
        {progress?.secondsLeft == null ? null : (
          <span className="dim">{syncWords.left(progress.secondsLeft)}</span>
        )}
      </p>
      <p className="dim">{isStopped ? syncWords.firstStopped : syncWords.firstHint}</p>
      <div className="acts">
        <Button onPress={() => void attempt(client.sync.pause({ paused: !isStopped }))}>
          {isStopped ? syncWords.firstResume : syncWords.firstStop}
        </Button>
      </div>
    </section>
  );
}

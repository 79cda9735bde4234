import type { SyncStatus } from '../../../preload/contract/sync.ts';
import { inboxWords } from '../../messages/inbox.ts';
import { ago, syncWords } from '../../messages/sync.ts';
import { Fact } from '../../ui/fact.tsx';
import { useNow, waitingFor } from './sync-status.tsx';

/** What is still to go out or to come in, and what waits for this person, each with its figure. */
export function Exchange({ status }: { status: SyncStatus }) {
  const { waiting, oldestUnsent, files, lastSync } = status;
  const now = useNow();
  const decisions = waitingFor(status);
  const since = oldestUnsent === null ? '' : syncWords.since(oldestUnsent, now);
  return (
    <section className="section sync-part" aria-labelledby="exchange">
      <h2 className="section-title" id="exchange">
        {syncWords.exchange}
      </h2>
      <dl className="facts">
        <Fact name={syncWords.toSend}>
          {waiting === 0 ? syncWords.nothingToSend : `${syncWords.changes(waiting)}${since}`}
        </Fact>
        <Fact name={syncWords.filesFact}>
          {files === 0 ? syncWords.filesSettled : syncWords.filesWaiting(files)}
        </Fact>
        <Fact name={syncWords.decisions}>
          {decisions === 0 ? syncWords.noDecisions : <a href="#/inbox">{inboxWords.waiting(decisions)}</a>}
        </Fact>
        <Fact name={syncWords.lastSyncFact}>{lastSync === null ? syncWords.notYet : ago(lastSync, now)}</Fact>
      </dl>
    </section>
  );
}

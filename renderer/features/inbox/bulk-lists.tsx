import type { ReactNode } from 'react';
import type { DeleteNoticeItem, SyncConflict, SyncInboxItem } from '../../../preload/contract/inbox.ts';
import { PlaceLink } from '../../app/place-link.tsx';
import { useClient } from '../../data/query.ts';
import { historyWords } from '../../messages/history.ts';
import { inboxWords } from '../../messages/inbox.ts';
import { momentText } from '../../ui/times.ts';
import { valueText } from '../history/history-values.ts';
import { BulkList } from './bulk-list.tsx';
import { keyOf } from './inbox-items.ts';
import { refusedSubject, refusedWords } from './refused-words.ts';

/** What two laptops wrote at the same time, one line a field. The row's own place has the words side by side, and merges. */
export function AllConflicts({ conflicts }: { conflicts: readonly SyncConflict[] }) {
  const client = useClient();
  const take = (take: 'mine' | 'theirs') => async (ids: readonly string[]) =>
    (await client.sync.decide({ ids: [...ids], take })).decided;
  return (
    <BulkList
      title={inboxWords.atOnce.conflict(conflicts.length)}
      heads={[
        { name: inboxWords.about },
        { name: inboxWords.field, width: '120px' },
        { name: inboxWords.mine },
        { name: inboxWords.other },
      ]}
      rows={conflicts.map(({ id, row, column, label, title, shown, lost }) => {
        const name = title || label;
        const field = historyWords.field(column);
        return {
          key: id,
          name: `${name}: ${field}`,
          cells: [
            <About key="about" address={keyOf.conflict(row)}>
              {name}
            </About>,
            field,
            valueText(shown),
            valueText(lost),
          ],
        };
      })}
      verbs={[
        { title: inboxWords.keepMine, decide: take('mine') },
        { title: inboxWords.takeTheirs, decide: take('theirs') },
      ]}
    />
  );
}

/** Deletes of this person's that somebody's work withstood. */
export function AllDeletes({ notices }: { notices: readonly DeleteNoticeItem[] }) {
  const client = useClient();
  const answer = (word: 'delete' | 'keep') => async (ids: readonly string[]) =>
    (await client.sync.answerDeletes({ ids: [...ids], word })).decided;
  return (
    <BulkList
      title={inboxWords.atOnce.delete(notices.length)}
      heads={[
        { name: inboxWords.about },
        { name: inboxWords.editedBy, width: '30%' },
        { name: inboxWords.deletedAt, width: '120px' },
      ]}
      rows={notices.map(({ id, label, title, editedBy, deletedAt }) => ({
        key: id,
        name: title || label,
        cells: [
          <About key="about" address={keyOf.delete(id)}>
            {title || label}
          </About>,
          editedBy?.name ?? inboxWords.somebody,
          <time key="at">{momentText(deletedAt)}</time>,
        ],
      }))}
      verbs={[
        { title: inboxWords.keepIt, decide: answer('keep') },
        { title: inboxWords.deleteAgain, look: 'danger', decide: answer('delete') },
      ]}
    />
  );
}

/** What the server did not take. */
export function AllRefused({ refused }: { refused: readonly SyncInboxItem[] }) {
  const client = useClient();
  const settle = (word: 'retried' | 'kept' | 'discarded') => async (keys: readonly string[]) =>
    (await client.sync.settle({ items: keys.map(Number), word })).settled;
  return (
    <BulkList
      title={inboxWords.atOnce.refused(refused.length)}
      heads={[
        { name: inboxWords.about },
        { name: inboxWords.change, width: '20%' },
        { name: inboxWords.why, width: '34%' },
        { name: inboxWords.since, width: '120px' },
      ]}
      rows={refused.map((item) => {
        const { n, at, sentence } = item;
        const change = refusedWords(item);
        const subject = refusedSubject(item) || change;
        return {
          key: String(n),
          name: `${subject}: ${change}`,
          cells: [
            <About key="about" address={keyOf.refused(n)}>
              {subject}
            </About>,
            change,
            sentence,
            <time key="at">{momentText(at)}</time>,
          ],
        };
      })}
      verbs={[
        { title: inboxWords.retry, decide: settle('retried') },
        { title: inboxWords.keep, decide: settle('kept') },
        { title: inboxWords.discard, look: 'danger', decide: settle('discarded') },
      ]}
    />
  );
}

function About({ address, children }: { address: string; children: ReactNode }) {
  return (
    <PlaceLink address={`inbox/${address}`} className="bulk-about">
      <bdi>{children}</bdi>
    </PlaceLink>
  );
}

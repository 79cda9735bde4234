import type { SyncInboxItem } from '../../../preload/contract/inbox.ts';
import { attempt } from '../../app/attempt.ts';
import { useClient } from '../../data/query.ts';
import { inboxWords } from '../../messages/inbox.ts';
import { Button } from '../../ui/button.tsx';
import { momentText } from '../../ui/times.ts';
import { showHistory } from '../history/history-dialog.tsx';
import { writtenFields } from '../history/history-values.ts';
import { DetailHead } from './detail-head.tsx';
import { refusedWords } from './refused-words.ts';

type Word = 'retried' | 'kept' | 'discarded';

/** What the server did not take: why, what it was about, and what becomes of it. Nothing leaves without the person's word. */
export function RefusedDetail({ refused, onDone }: { refused: SyncInboxItem; onDone: () => void }) {
  const client = useClient();
  const { n, at, kind, sentence, command, rows } = refused;
  const settle = async (word: Word): Promise<void> => {
    if (await attempt(client.sync.settle({ items: [n], word }))) onDone();
  };
  return (
    <>
      <DetailHead
        title={refusedWords(refused)}
        label={inboxWords.kinds[kind]}
        lead={inboxWords.refusedLead(sentence, momentText(at))}
      >
        {command === null ? null : (
          <>
            <Button onPress={() => void settle('retried')}>{inboxWords.retry}</Button>
            <Button onPress={() => void settle('kept')}>{inboxWords.keep}</Button>
          </>
        )}
        <Button look="danger" onPress={() => void settle('discarded')}>
          {inboxWords.discard}
        </Button>
      </DetailHead>
      <ul className="scroll refused-rows" aria-label={inboxWords.about} tabIndex={0}>
        {rows.map((row) => (
          <RefusedRow key={`${row.entity} ${row.id}`} row={row} />
        ))}
      </ul>
    </>
  );
}

/** One row that a change was about, and what it would have written there. */
function RefusedRow({ row: { entity, id, label, title, written } }: { row: SyncInboxItem['rows'][number] }) {
  const name = title || label;
  return (
    <li>
      <div className="row">
        <span className="cut grow" dir="auto">
          {name}
        </span>
        {name === label ? null : <span className="ref">{label}</span>}
        <Button
          look="bare"
          label={inboxWords.historyOf(name)}
          onPress={() => showHistory({ entity, id, name })}
        >
          {inboxWords.history}
        </Button>
      </div>
      <dl className="history-fields">
        {writtenFields(written).map((field) => (
          <div key={field.name}>
            <dt>{field.name}</dt>
            <dd dir="auto">{field.value}</dd>
          </div>
        ))}
      </dl>
    </li>
  );
}

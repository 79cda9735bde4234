import type { SyncInboxItem } from '../../../preload/contract/inbox.ts';
import { attempt } from '../../app/attempt.ts';
import { useClient } from '../../data/query.ts';
import { commandName } from '../../messages/commands.ts';
import { inboxWords } from '../../messages/inbox.ts';
import { Button } from '../../ui/button.tsx';
import { momentText } from '../../ui/times.ts';
import { showHistory } from '../history/history-dialog.tsx';
import { DetailHead } from './detail-head.tsx';

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
        title={command === null ? inboxWords.erased : commandName(command)}
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
      <ul className="scroll refused-rows" aria-label={inboxWords.about}>
        {rows.map(({ entity, id, label, title }) => (
          <li key={`${entity} ${id}`} className="row">
            <span className="cut grow">{title || label}</span>
            <span className="ref">{label}</span>
            <Button
              look="bare"
              label={inboxWords.historyOf(title || label)}
              onPress={() => showHistory({ entity, id, name: title || label })}
            >
              {inboxWords.history}
            </Button>
          </li>
        ))}
      </ul>
    </>
  );
}

import type { SyncInboxItem } from '../../../preload/contract/sync.ts';
import { failureOf } from '../../data/failure.ts';
import { useClient } from '../../data/query.ts';
import { commandName } from '../../messages/commands.ts';
import { inboxWords } from '../../messages/inbox.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { showToast } from '../../ui/toasts.tsx';

type Word = 'retried' | 'kept' | 'discarded';

/** What the server did not take: why, and what becomes of it. Nothing leaves this list without a person's word. */
export function RefusedList({ items }: { items: readonly SyncInboxItem[] }) {
  const client = useClient();
  const settle = async (numbers: readonly number[], word: Word): Promise<void> => {
    try {
      const { settled } = await client.sync.settle({ items: [...numbers], word });
      showToast({ text: inboxWords.settled(settled) });
    } catch (thrown) {
      showToast({ text: failureOf(thrown).message });
    }
  };
  if (items.length === 0)
    return <EmptyState title={inboxWords.noRefused}>{inboxWords.noRefusedHint}</EmptyState>;
  return (
    <ul className="decisions scroll">
      {items.map(({ n, at, sentence, command, rows }) => (
        <li key={n} className="decision">
          <div className="row">
            <h3 className="grow cut">
              {command === null ? '' : commandName(command)}
              {rows.length === 0 ? '' : ` (${rows.map(({ title, label }) => title || label).join(', ')})`}
            </h3>
            <time dateTime={at}>{new Date(at).toLocaleString()}</time>
          </div>
          <p className="note">{sentence}</p>
          <div className="acts">
            {command === null ? null : (
              <>
                <Button onPress={() => void settle([n], 'retried')}>{inboxWords.retry}</Button>
                <Button onPress={() => void settle([n], 'kept')}>{inboxWords.keep}</Button>
              </>
            )}
            <Button look="danger" onPress={() => void settle([n], 'discarded')}>
              {inboxWords.discard}
            </Button>
          </div>
        </li>
      ))}
    </ul>
  );
}

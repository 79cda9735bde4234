import type { DeleteNoticeItem } from '../../../preload/contract/inbox.ts';
import { attempt } from '../../app/attempt.ts';
import { useClient } from '../../data/query.ts';
import { historyWords } from '../../messages/history.ts';
import { inboxWords } from '../../messages/inbox.ts';
import { Button } from '../../ui/button.tsx';
import { momentText } from '../../ui/times.ts';
import { showHistory } from '../history/history-dialog.tsx';
import { DetailHead } from './detail-head.tsx';

/** What this person deleted and somebody worked on meanwhile: it stayed, and who deleted it says whether it goes after all. */
export function DeleteDetail({ notice, onDone }: { notice: DeleteNoticeItem; onDone: () => void }) {
  const client = useClient();
  const { id, entity, row, label, title, deletedAt, editedBy } = notice;
  const name = title || label;
  const answer = async (word: 'delete' | 'keep'): Promise<void> => {
    if (await attempt(client.sync.answerDeletes({ ids: [id], word }))) onDone();
  };
  return (
    <DetailHead
      title={name}
      label={label}
      lead={inboxWords.deleteLead(momentText(deletedAt), editedBy?.name ?? '')}
    >
      <Button look="primary" onPress={() => void answer('keep')}>
        {inboxWords.keepIt}
      </Button>
      <Button look="danger" onPress={() => void answer('delete')}>
        {inboxWords.deleteAgain}
      </Button>
      <Button look="bare" onPress={() => showHistory({ entity, id: row, name })}>
        {historyWords.verb}
      </Button>
    </DetailHead>
  );
}

import { Merge } from 'lucide-react';
import { attempt } from '../../app/attempt.ts';
import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { historyWords } from '../../messages/history.ts';
import { inboxWords } from '../../messages/inbox.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { momentText } from '../../ui/times.ts';
import { showHistory } from '../history/history-dialog.tsx';

/** Texts in which words of others came to stand beside one's own: told once, and asking for nothing. */
export function MergedList() {
  const client = useClient();
  const merged = useQuery(queries.merged).data ?? [];
  if (merged.length === 0) return null;
  return (
    <section className="inbox-merged" aria-label={inboxWords.mergedFor}>
      <h3 className="group">
        {inboxWords.mergedFor}
        <span className="num">{merged.length}</span>
      </h3>
      <p className="note">{inboxWords.mergedLead}</p>
      {merged.map(({ entity, row, column, label, title, by, at }) => {
        const name = title || label;
        const people = by.filter((person) => person !== '');
        return (
          <div key={`${row} ${column}`} className="item">
            <span className="row">
              <Icon of={Merge} size="small" />
              <span className="item-title cut grow">{name}</span>
              <time className="item-when" dateTime={at}>
                {momentText(at)}
              </time>
            </span>
            <span className="row">
              <span className="item-sub cut inbox-sub grow">
                {inboxWords.mergedSub(historyWords.field(column), people)}
              </span>
              <Button
                look="bare"
                label={inboxWords.historyOf(name)}
                onPress={() => showHistory({ entity, id: row, name })}
              >
                {inboxWords.history}
              </Button>
            </span>
          </div>
        );
      })}
      <Button look="bare" onPress={() => void attempt(client.sync.mergedSeen())}>
        {inboxWords.seen}
      </Button>
    </section>
  );
}

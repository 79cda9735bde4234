import { go } from '../../app/location.ts';
import { queries } from '../../data/queries.ts';
import { useQuery } from '../../data/query.ts';
import { inboxWords } from '../../messages/inbox.ts';
import { SplitPanes } from '../../ui/panes.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { ConflictList } from './conflict-list.tsx';
import { RefusedList } from './refused-list.tsx';

/** What waits for a person's word. Nothing is blocked meanwhile. */
export default function InboxScreen({ part }: { part: string | null }) {
  const conflicts = useQuery(queries.conflicts).data ?? [];
  const refused = useQuery(queries.inbox).data ?? [];
  return (
    <SplitPanes
      id="inbox"
      main={
        <div className="screen">
          <header className="screen-head">
            <h1>{inboxWords.title}</h1>
            <p className="dim" role="status">
              {inboxWords.waiting(conflicts.length + refused.length)}
            </p>
          </header>
          <Tabs
            label={inboxWords.parts}
            current={part === 'refused' ? 'refused' : 'conflicts'}
            onChange={(id) => go(`inbox/${id}`)}
            parts={[
              {
                id: 'conflicts',
                title: inboxWords.conflicts,
                count: String(conflicts.length),
                content: <ConflictList conflicts={conflicts} />,
              },
              {
                id: 'refused',
                title: inboxWords.refused,
                count: String(refused.length),
                content: <RefusedList items={refused} />,
              },
            ]}
          />
        </div>
      }
    />
  );
}

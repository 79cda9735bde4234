import { ChevronDown, ChevronUp } from 'lucide-react';
import { useCommands } from '../../app/commands.ts';
import { go } from '../../app/location.ts';
import { queries } from '../../data/queries.ts';
import { useQuery } from '../../data/query.ts';
import { inboxWords } from '../../messages/inbox.ts';
import { Tool } from '../../ui/button.tsx';
import { SplitPanes } from '../../ui/panes.tsx';
import { EmptyState, ErrorNotice, Waiting } from '../../ui/states.tsx';
import { AllConflicts, AllDeletes, AllRefused } from './bulk-lists.tsx';
import { ConflictDetail } from './conflict-detail.tsx';
import { DeleteDetail } from './delete-detail.tsx';
import {
  type BulkKind,
  bulkKinds,
  type InboxAnswers,
  type InboxItem,
  itemsOf,
  nextKey,
} from './inbox-items.ts';
import { InboxList } from './inbox-list.tsx';
import { RefusedDetail } from './refused-detail.tsx';
import { SplitDetail } from './split-detail.tsx';

/** What waits for a person's word, one thing at a time. Nothing is blocked meanwhile. */
export default function InboxScreen({ part }: { part: string | null }) {
  const conflicts = useQuery(queries.conflicts);
  const notices = useQuery(queries.notices);
  const refused = useQuery(queries.inbox);
  const splits = useQuery(queries.splits);
  const failure = [conflicts, notices, refused, splits].find((each) => each.failure !== undefined)?.failure;
  const isAsking = [conflicts, notices, refused, splits].some(({ data }) => data === undefined);
  const answers: InboxAnswers = {
    conflicts: conflicts.data ?? [],
    notices: notices.data ?? [],
    refused: refused.data ?? [],
    splits: splits.data ?? [],
  };
  const items = itemsOf(answers);
  const all = bulkKinds.find((kind) => part === `all-${kind}` && items.some((item) => item.kind === kind));
  const current = items.find(({ key }) => key === part) ?? items[0];
  const step = (by: 1 | -1) => {
    const to = current === undefined ? undefined : nextKey(items, current.key, by);
    if (to !== undefined) go(`inbox/${to}`);
  };
  useCommands([
    { id: 'inbox-next', title: inboxWords.next, keys: 'j', run: () => step(1) },
    { id: 'inbox-previous', title: inboxWords.previous, keys: 'k', run: () => step(-1) },
    { id: 'inbox-later', title: inboxWords.later, keys: 'l', run: () => step(1) },
  ]);
  const body = () => {
    if (failure !== undefined) return <ErrorNotice message={failure.message} />;
    if (isAsking) return <Waiting>{inboxWords.asking}</Waiting>;
    if (all !== undefined) return <AllOf kind={all} answers={answers} />;
    if (current === undefined) {
      return <EmptyState title={inboxWords.waiting(0)}>{inboxWords.emptyHint}</EmptyState>;
    }
    return (
      <>
        <div className="tools inbox-steps">
          <span className="dim grow num">{inboxWords.place(items.indexOf(current) + 1, items.length)}</span>
          <Tool icon={ChevronUp} name={inboxWords.previous} keys="k" onPress={() => step(-1)} />
          <Tool icon={ChevronDown} name={inboxWords.next} keys="j" onPress={() => step(1)} />
        </div>
        <Detail key={current.key} item={current} onDone={() => step(1)} />
      </>
    );
  };
  return (
    <SplitPanes
      id="inbox"
      list={<InboxList items={items} current={all === undefined ? current?.key : `all-${all}`} />}
      main={<div className="screen">{body()}</div>}
    />
  );
}

function AllOf({ kind, answers }: { kind: BulkKind; answers: InboxAnswers }) {
  switch (kind) {
    case 'conflict':
      return <AllConflicts conflicts={answers.conflicts} />;
    case 'delete':
      return <AllDeletes notices={answers.notices} />;
    case 'refused':
      return <AllRefused refused={answers.refused} />;
  }
}

function Detail({ item, onDone }: { item: InboxItem; onDone: () => void }) {
  switch (item.kind) {
    case 'conflict':
      return <ConflictDetail conflicts={item.conflicts} onDone={onDone} />;
    case 'delete':
      return <DeleteDetail notice={item.notice} onDone={onDone} />;
    case 'refused':
      return <RefusedDetail refused={item.refused} onDone={onDone} />;
    case 'split':
      return <SplitDetail split={item.split} />;
  }
}

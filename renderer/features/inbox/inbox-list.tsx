import { CircleX, ListChecks, type LucideIcon, Trash2 } from 'lucide-react';
import { useRef } from 'react';
import { PlaceLink } from '../../app/place-link.tsx';
import { inboxWords } from '../../messages/inbox.ts';
import { Glyph } from '../../ui/glyphs.tsx';
import { Icon } from '../../ui/icon.tsx';
import { LongList } from '../../ui/long-list.tsx';
import { momentText } from '../../ui/times.ts';
import { MergedList } from './merged-list.tsx';
import { bulkKinds, type InboxItem } from './inbox-items.ts';
import { refusedSubject, refusedWords } from './refused-words.ts';

/** One line of the list: the head of a group, or one thing that waits. */
type Entry =
  | { readonly kind: 'group'; readonly title: string; readonly count: number }
  | { readonly kind: 'item'; readonly item: InboxItem };

/** Pixels of a line of each kind, as its style makes it. */
const heights = { group: 28, item: 47 } as const satisfies Record<Entry['kind'], number>;

/**
 * What waits, to choose from: decisions first, then judgements on which people differ. The ways to many decisions at once stay in sight
 * above it.
 */
export function InboxList({ items, current }: { items: readonly InboxItem[]; current: string | undefined }) {
  const scroll = useRef<HTMLDivElement>(null);
  const many = bulkKinds.flatMap((kind) => {
    const alike = items.filter((item) => item.kind === kind);
    return alike.length > 1 ? [{ kind, count: alike.reduce((sum, item) => sum + decisionsIn(item), 0) }] : [];
  });
  return (
    <>
      <div className="bar">
        <h2 className="grow">{inboxWords.title}</h2>
      </div>
      {many.map(({ kind, count }) => (
        <PlaceLink
          key={kind}
          address={`inbox/all-${kind}`}
          className="item inbox-many"
          isCurrent={current === `all-${kind}`}
        >
          <span className="row">
            <Icon of={ListChecks} size="small" />
            <span className="item-title cut">{inboxWords.atOnce[kind](count)}</span>
          </span>
        </PlaceLink>
      ))}
      <div className="scroll" ref={scroll}>
        <LongList
          items={entriesOf(items)}
          keyOf={(entry) => (entry.kind === 'item' ? entry.item.key : entry.title)}
          estimate={({ kind }) => heights[kind]}
          scroll={scroll}
          shown={current}
        >
          {(entry) =>
            entry.kind === 'item' ? (
              <Line item={entry.item} isCurrent={entry.item.key === current} />
            ) : (
              <h3 className="group">
                {entry.title}
                <span className="num">{entry.count}</span>
              </h3>
            )
          }
        </LongList>
        <MergedList />
      </div>
    </>
  );
}

/** A row that several wrote at once asks once for each of its fields. */
function decisionsIn(item: InboxItem): number {
  return item.kind === 'conflict' ? item.conflicts.length : 1;
}

function entriesOf(items: readonly InboxItem[]): Entry[] {
  const group = (title: string, some: readonly InboxItem[]): Entry[] => [
    { kind: 'group', title, count: some.length },
    ...some.map((item): Entry => ({ kind: 'item', item })),
  ];
  const decisions = items.filter(({ kind }) => kind !== 'split');
  const splits = items.filter(({ kind }) => kind === 'split');
  return [
    ...(decisions.length === 0 ? [] : group(inboxWords.needs, decisions)),
    ...(splits.length === 0 ? [] : group(inboxWords.differ, splits)),
  ];
}

function Line({ item, isCurrent }: { item: InboxItem; isCurrent: boolean }) {
  const { title, sub, at, icon } = lineOf(item);
  return (
    <PlaceLink address={`inbox/${item.key}`} className="item" isCurrent={isCurrent}>
      <span className="row">
        {icon === null ? <Glyph name="contested" /> : <Icon of={icon} size="small" />}
        <span className="item-title cut grow" dir="auto">
          {title}
        </span>
        {at === null ? null : <time className="item-when">{momentText(at)}</time>}
      </span>
      <span className="item-sub cut inbox-sub">{sub}</span>
    </PlaceLink>
  );
}

function lineOf(item: InboxItem): { title: string; sub: string; at: string | null; icon: LucideIcon | null } {
  switch (item.kind) {
    case 'conflict': {
      const [first] = item.conflicts;
      const other = first.lostBy.isMine ? (first.shownBy?.name ?? '') : first.by;
      const sub = inboxWords.conflictSub(other, item.conflicts.length);
      return { title: first.title || first.label, sub, at: first.lostBy.at, icon: null };
    }
    case 'delete': {
      const { title, label, deletedAt, editedBy } = item.notice;
      return {
        title: title || label,
        sub: inboxWords.deleteSub(editedBy?.name ?? ''),
        at: deletedAt,
        icon: Trash2,
      };
    }
    case 'refused': {
      const { sentence, at } = item.refused;
      const title = refusedSubject(item.refused) || refusedWords(item.refused);
      return { title, sub: sentence, at, icon: CircleX };
    }
    case 'split': {
      const { title, label, judgements } = item.split;
      const people = Math.max(...judgements.map(({ positions }) => positions.length));
      return { title: title || label, sub: inboxWords.splitSub(people), at: null, icon: null };
    }
  }
}

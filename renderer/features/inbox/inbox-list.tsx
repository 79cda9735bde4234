import { CircleX, ListChecks, type LucideIcon, Trash2 } from 'lucide-react';
import { PlaceLink } from '../../app/place-link.tsx';
import { inboxWords } from '../../messages/inbox.ts';
import { Glyph } from '../../ui/glyphs.tsx';
import { Icon } from '../../ui/icon.tsx';
import { momentText } from '../../ui/times.ts';
import { MergedList } from './merged-list.tsx';
import { bulkKinds, type InboxItem } from './inbox-items.ts';
import { refusedSubject, refusedWords } from './refused-words.ts';

/** What waits, to choose from: decisions first, then judgements on which people differ. */
export function InboxList({ items, current }: { items: readonly InboxItem[]; current: string | undefined }) {
  const decisions = items.filter(({ kind }) => kind !== 'split');
  const splits = items.filter(({ kind }) => kind === 'split');
  const many = bulkKinds
    .map((kind) => ({ kind, count: items.filter((item) => item.kind === kind).length }))
    .filter(({ count }) => count > 1);
  return (
    <>
      <div className="bar">
        <h2 className="grow">{inboxWords.title}</h2>
      </div>
      <div className="scroll">
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
        <Group title={inboxWords.needs} items={decisions} current={current} />
        <Group title={inboxWords.differ} items={splits} current={current} />
        <MergedList />
      </div>
    </>
  );
}

function Group({
  title,
  items,
  current,
}: {
  title: string;
  items: readonly InboxItem[];
  current: string | undefined;
}) {
  if (items.length === 0) return null;
  return (
    <section aria-label={title}>
      <h3 className="group">
        {title}
        <span className="num">{items.length}</span>
      </h3>
      {items.map((item) => (
        <Line key={item.key} item={item} isCurrent={item.key === current} />
      ))}
    </section>
  );
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

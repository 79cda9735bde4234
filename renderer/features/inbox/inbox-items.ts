import type {
  DeleteNoticeItem,
  SplitItem,
  SyncConflict,
  SyncInboxItem,
} from '../../../preload/contract/inbox.ts';
import { groupBy } from '../../data/group-by.ts';

/** One thing that a person looks at: a row with all its conflicts, a notice, a refused change, a row on which people differ. */
export type InboxItem =
  | {
      readonly kind: 'conflict';
      readonly key: string;
      readonly conflicts: readonly [SyncConflict, ...SyncConflict[]];
    }
  | { readonly kind: 'delete'; readonly key: string; readonly notice: DeleteNoticeItem }
  | { readonly kind: 'refused'; readonly key: string; readonly refused: SyncInboxItem }
  | { readonly kind: 'split'; readonly key: string; readonly split: SplitItem };

export interface InboxAnswers {
  readonly conflicts: readonly SyncConflict[];
  readonly notices: readonly DeleteNoticeItem[];
  readonly refused: readonly SyncInboxItem[];
  readonly splits: readonly SplitItem[];
}

/** The address of an item by what it is about; it stays the same while the item does. */
export const keyOf = {
  conflict: (row: string) => `conflict-${row}`,
  delete: (id: string) => `delete-${id}`,
  refused: (n: number) => `refused-${n}`,
  split: (row: string) => `split-${row}`,
} as const satisfies Record<InboxItem['kind'], unknown>;

/** Kinds of which many can be decided at once; an address names one by `all-<kind>`. */
export const bulkKinds = ['conflict', 'delete', 'refused'] as const;
export type BulkKind = (typeof bulkKinds)[number];

/** Everything in the inbox in the order of its list. */
export function itemsOf({ conflicts, notices, refused, splits }: InboxAnswers): readonly InboxItem[] {
  const byRow = [...groupBy(conflicts, ({ row }) => row)];
  return [
    ...byRow.flatMap(([row, [first, ...others]]): InboxItem[] =>
      first === undefined
        ? []
        : [{ kind: 'conflict', key: keyOf.conflict(row), conflicts: [first, ...others] }],
    ),
    ...notices.map((notice): InboxItem => ({ kind: 'delete', key: keyOf.delete(notice.id), notice })),
    ...refused.map((each): InboxItem => ({ kind: 'refused', key: keyOf.refused(each.n), refused: each })),
    ...splits.map((split): InboxItem => ({ kind: 'split', key: keyOf.split(split.row), split })),
  ];
}

/** Where a person is led from an item that was decided: to the one that takes its place. */
export function nextKey(items: readonly InboxItem[], key: string, step: 1 | -1 = 1): string | undefined {
  const at = items.findIndex((item) => item.key === key);
  return items[at + step]?.key ?? items[at - step]?.key;
}

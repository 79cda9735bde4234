import type { ChangeRow } from '../../../preload/contract/overview.ts';
import { activityWords } from '../../messages/activity.ts';
import { changeWords, isSaid, subjectWords } from '../../messages/changes.ts';
import type { GridColumn } from '../../ui/data-grid.tsx';
import { momentText } from '../../ui/times.ts';

/** A change as a row of a grid. */
export type ListedChange = ChangeRow & { readonly id: string };

const { columns } = activityWords;

/** The log in words: when, who, what, and what it was about. */
export const changeColumns: readonly GridColumn<ListedChange>[] = [
  {
    id: 'at',
    head: columns.at,
    width: '124px',
    className: 'num',
    cell: (row) => <time dateTime={row.at}>{momentText(row.at)}</time>,
  },
  { id: 'by', head: columns.by, width: '132px', className: 'cut', cell: (row) => row.author },
  {
    id: 'what',
    head: columns.what,
    width: 'minmax(180px, 280px)',
    className: (row) => (row.inEffect ? 'lead cut' : 'lead cut strike'),
    cell: changeWords,
  },
  {
    id: 'subject',
    head: columns.subject,
    width: 'minmax(0, 1fr)',
    className: (row) => (isSaid(row) ? 'cut about said' : 'cut about'),
    cell: subjectWords,
  },
  {
    id: 'state',
    head: columns.state,
    width: '108px',
    cell: (row) =>
      row.inEffect
        ? (activityWords.origins[row.origin as keyof typeof activityWords.origins] ?? null)
        : activityWords.undone,
  },
];

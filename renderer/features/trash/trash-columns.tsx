import type { TrashRow } from '../../../preload/contract/data.ts';
import { kindName } from '../../messages/changes.ts';
import { trashWords } from '../../messages/screens.ts';
import type { GridColumn } from '../../ui/data-grid.tsx';
import { momentText } from '../../ui/times.ts';

const { columns } = trashWords;

/** What the trash shows of each thing in it. */
export const trashColumns: readonly GridColumn<TrashRow>[] = [
  {
    id: 'title',
    head: columns.title,
    width: 'minmax(0, 1fr)',
    className: 'lead cut',
    cell: (row) => (row.title === '' ? row.label : row.title),
  },
  { id: 'kind', head: columns.kind, width: '120px', cell: (row) => kindName(row.entity) },
  { id: 'by', head: columns.by, width: '132px', className: 'cut', cell: (row) => row.deletedBy },
  {
    id: 'deleted',
    head: columns.deleted,
    width: '120px',
    className: 'num',
    cell: (row) => momentText(row.deletedAt),
  },
  {
    id: 'purged',
    head: columns.purged,
    width: '120px',
    className: 'num',
    cell: (row) => (row.purgeAfter === null ? null : momentText(row.purgeAfter)),
  },
];

import { FileText, FileType2, Globe, Mail, PenLine, Table2 } from 'lucide-react';
import type { EvidenceRow } from '../../../preload/contract/data.ts';
import { common } from '../../messages/common.ts';
import { session } from '../../messages/session.ts';
import type { GridColumn } from '../../ui/data-grid.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Level, Meter, Rating } from '../../ui/marks.tsx';

const icons = {
  pdf: FileText,
  document: FileType2,
  web_page: Globe,
  email: Mail,
  table: Table2,
  manual_entry: PenLine,
} as const;

/** Every column that the evidence of a session can show, in its order. The first two always stand. */
export const evidenceColumns: readonly GridColumn<EvidenceRow>[] = [
  {
    id: 'type',
    head: session.columns.type,
    hidesHead: true,
    width: '24px',
    cell: (row) => (
      <span title={common.types[row.type] ?? row.type}>
        <Icon of={icons[row.type as keyof typeof icons] ?? FileText} size="small" />
      </span>
    ),
  },
  {
    id: 'title',
    head: session.columns.title,
    width: 'minmax(168px, 1fr)',
    sorts: true,
    className: (row) => (row.retracted ? 'lead cut strike' : 'lead cut'),
    cell: (row) => (
      <>
        {row.title}
        {row.sameOrigin > 0 ? <span className="origin">{session.sameOrigin}</span> : null}
      </>
    ),
  },
  {
    id: 'source',
    dropsUnder: 680,
    head: session.columns.source,
    width: '132px',
    sorts: true,
    className: 'cut',
    cell: (row) => row.source,
  },
  {
    id: 'author',
    dropsUnder: 700,
    head: session.author,
    width: '120px',
    sorts: true,
    className: 'cut',
    cell: (row) => row.author,
  },
  {
    id: 'published',
    head: session.columns.published,
    width: '84px',
    sorts: true,
    className: 'num',
    cell: (row) => row.published,
  },
  {
    id: 'rating',
    head: session.columns.rating,
    width: '52px',
    sorts: true,
    cell: (row) => <Rating reliability={row.reliability} credibility={row.credibility} />,
  },
  {
    id: 'quality',
    head: session.columns.quality,
    width: '92px',
    sorts: true,
    className: 'num',
    cell: (row) => (row.quality === null ? null : <Meter label={session.quality} value={row.quality} />),
  },
  {
    id: 'words',
    head: session.columns.words,
    width: '64px',
    sorts: true,
    className: 'num',
    cell: (row) => row.words?.toLocaleString(),
  },
  {
    id: 'tags',
    dropsUnder: 760,
    head: session.columns.tags,
    width: '116px',
    className: 'cut',
    cell: (row) => row.tags.slice(0, 2).join(', ') + (row.tags.length > 2 ? ` +${row.tags.length - 2}` : ''),
  },
  {
    id: 'level',
    head: session.columns.level,
    hidesHead: true,
    width: '28px',
    cell: (row) => <Level level={row.sharingLevel} small />,
  },
];

/** Columns that stand always, and those that are not shown until somebody asks for them. */
export const fixedColumns = ['type', 'title'] as const;
export const hiddenAtFirst = ['author', 'words'] as const;

import { BookOpen, Copy } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { ArtifactRow } from '../../../preload/contract/data.ts';
import { go } from '../../app/location.ts';
import { useClient } from '../../data/query.ts';
import { useWindowedRows } from '../../data/windowed-rows.ts';
import { common } from '../../messages/common.ts';
import { libraryWords } from '../../messages/screens.ts';
import { DataGrid, type GridColumn, type Sort } from '../../ui/data-grid.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { sizeText } from '../../ui/units.ts';

const columns: readonly GridColumn<ArtifactRow>[] = [
  {
    id: 'title',
    head: libraryWords.file,
    width: 'minmax(0, 1fr)',
    sorts: true,
    className: 'lead cut',
    cell: (row) => row.title ?? row.fileName,
  },
  {
    id: 'type',
    head: libraryWords.type,
    width: '96px',
    sorts: true,
    cell: (row) => common.types[row.type] ?? row.type,
  },
  {
    id: 'bytes',
    head: libraryWords.size,
    width: '84px',
    sorts: true,
    className: 'num',
    cell: (row) => (row.bytes === null ? null : sizeText(row.bytes)),
  },
  {
    id: 'addedAt',
    head: libraryWords.added,
    width: '120px',
    sorts: true,
    className: 'num',
    cell: (row) => new Date(row.addedAt).toLocaleDateString(),
  },
  {
    id: 'usedIn',
    head: libraryWords.usedIn,
    width: '200px',
    className: 'cut',
    cell: ({ usedIn: [use] }) =>
      use === undefined ? null : (
        <a className="link" href={`#/read/${use.evidenceId}`}>
          {use.sessionTitle}
        </a>
      ),
  },
];

const titleOf = (row: ArtifactRow): string => row.title ?? row.fileName ?? '';

/** Every file of the workspace, whichever session brought it. */
export function Files() {
  const client = useClient();
  const [text, setText] = useState('');
  const [sort, setSort] = useState<Sort>({ column: 'addedAt', direction: 'descending' });
  const [cursor, setCursor] = useState(0);
  const source = useMemo(
    () => ({
      load: (offset: number, limit: number) => client.lists.artifacts({ text, sort, offset, limit }),
    }),
    [client, text, sort],
  );
  const { rows, state } = useWindowedRows<ArtifactRow>(source, ['artifacts', 'evidence']);
  const open = ({ usedIn: [use] }: ArtifactRow): void =>
    use === undefined ? undefined : go(`read/${use.evidenceId}`);
  return (
    <>
      <div className="tools">
        <label className="field grow">
          <input
            aria-label={libraryWords.filter}
            placeholder={libraryWords.filter}
            value={text}
            onChange={(change) => setText(change.target.value)}
          />
        </label>
      </div>
      {state.total === 0 ? <EmptyState title={libraryWords.none} /> : null}
      <DataGrid
        label={libraryWords.title}
        columns={columns}
        rows={rows}
        state={state}
        titleOf={titleOf}
        selectLabel={titleOf}
        sort={sort}
        onSort={setSort}
        cursor={cursor}
        onCursor={setCursor}
        onOpen={open}
        verbs={(row) => [
          { id: 'open', title: common.open, icon: BookOpen, keys: 'Enter', run: () => open(row) },
          {
            id: 'copy',
            title: common.copyTitle,
            icon: Copy,
            run: () => void navigator.clipboard.writeText(`${titleOf(row)} (${row.label})`),
          },
        ]}
      />
    </>
  );
}

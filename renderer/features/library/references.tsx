import { BookOpen, Copy, Download, PenLine, Trash2, Upload, X } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import type { ReferenceFormat, ReferenceRow } from '../../../preload/contract/references.ts';
import { attempt } from '../../app/attempt.ts';
import { go, referenceAddress } from '../../app/location.ts';
import { objectVerbs } from '../../app/object-verbs.ts';
import { stepCommand } from '../../app/undo.ts';
import { useClient } from '../../data/query.ts';
import { useWindowedRows } from '../../data/windowed-rows.ts';
import { common } from '../../messages/common.ts';
import { referenceWords as words } from '../../messages/references.ts';
import { session } from '../../messages/session.ts';
import { Button } from '../../ui/button.tsx';
import { DataGrid, type GridColumn, type Sort } from '../../ui/data-grid.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Select } from '../../ui/fields.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { showToast } from '../../ui/toasts.tsx';
import { useIsWritable, Writes } from '../../ui/writes.tsx';
import { ReferenceDialog } from './reference-dialog.tsx';
import { exportReferences, importReferenceFiles, type Unread } from './reference-files.ts';

const columns: readonly GridColumn<ReferenceRow>[] = [
  {
    id: 'key',
    head: words.key,
    width: '150px',
    sorts: true,
    className: 'mono-s cut',
    cell: (row) => row.key,
  },
  {
    id: 'title',
    head: words.name,
    width: 'minmax(0, 1fr)',
    sorts: true,
    className: 'lead cut',
    cell: (row) => row.title,
  },
  {
    id: 'people',
    head: words.people,
    width: '180px',
    className: 'cut',
    cell: (row) => row.people.join(', '),
  },
  {
    id: 'issued',
    head: words.issued,
    width: '92px',
    sorts: true,
    className: 'num',
    cell: (row) => row.issued,
  },
  {
    id: 'kind',
    head: words.kind,
    width: '92px',
    className: 'cut',
    cell: (row) => words.kinds[row.kind] ?? row.kind,
  },
  {
    id: 'cites',
    head: words.cites,
    width: '180px',
    className: 'cut',
    cell: ({ cites: [first] }) =>
      first === undefined ? null : (
        <a className="link" href={`#/read/${first.evidenceId}`}>
          {first.title}
        </a>
      ),
  },
];

const formats = (['bibtex', 'ris', 'csl-json'] as const).map((id) => ({ id, title: words.formats[id] }));
/** Opens what a reference cites, where that is here. */
function openDocument({ cites: [first] }: ReferenceRow): void {
  if (first !== undefined) go(`read/${first.evidenceId}`);
}

const nameOf = (row: ReferenceRow): string => row.title ?? row.key;

/** Every citable item of the library: its key, what it is, and the document that it cites. */
export function References({ initialFilter }: { initialFilter: string }) {
  const client = useClient();
  const isWritable = useIsWritable();
  const [text, setText] = useState(initialFilter);
  const [sort, setSort] = useState<Sort>({ column: 'key', direction: 'ascending' });
  const [cursor, setCursor] = useState(0);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [format, setFormat] = useState<ReferenceFormat>('bibtex');
  const [editing, setEditing] = useState<ReferenceRow>();
  const [unread, setUnread] = useState<Unread>([]);
  const picker = useRef<HTMLInputElement>(null);
  const source = useMemo(
    () => ({
      load: (offset: number, limit: number) => client.references.list({ text, sort, offset, limit }),
    }),
    [client, text, sort],
  );
  const { rows, state } = useWindowedRows<ReferenceRow>(source, ['reference_items', 'evidence']);
  const meant = (row: ReferenceRow): readonly string[] => (selected.has(row.id) ? [...selected] : [row.id]);

  async function trash(ids: readonly string[]): Promise<void> {
    await attempt(async () => {
      await client.edits.remove({ entity: 'reference_items', ids: [...ids] });
      setSelected(new Set());
      const undo = stepCommand(client, 'undo');
      showToast({ text: session.trashed(ids.length), verb: undo });
    });
  }
  return (
    <>
      <div className="tools">
        {selected.size === 0 ? (
          <label className="field grow">
            <input
              aria-label={words.filter}
              placeholder={words.filter}
              value={text}
              onChange={(change) => {
                setText(change.target.value);
                setCursor(0);
              }}
            />
          </label>
        ) : (
          <div className="bulk grow">
            <span className="grow">{session.selected(selected.size)}</span>
            <Writes>
              <Button icon={Trash2} keys="Delete" onPress={() => void trash([...selected])}>
                {session.toTrash}
              </Button>
            </Writes>
            <Button look="bare" icon={X} onPress={() => setSelected(new Set())}>
              {session.clear}
            </Button>
          </div>
        )}
        <Select small label={words.exportAs} choices={formats} value={format} onChange={setFormat} />
        <Button
          icon={Download}
          disabled={state.total === undefined || state.total === 0}
          onPress={() => void exportReferences(client, format, [...selected])}
        >
          {words.exportAll}
        </Button>
        <Writes>
          <Button look="primary" icon={Upload} onPress={() => picker.current?.click()}>
            {words.import}
          </Button>
        </Writes>
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          accept=".bib,.bibtex,.ris,.json,.txt"
          aria-label={words.import}
          onChange={(change) => {
            const files = [...(change.target.files ?? [])];
            change.target.value = '';
            void importReferenceFiles(client, files).then(setUnread);
          }}
        />
      </div>
      {state.total === 0 ? (
        text === '' ? (
          <EmptyState title={words.none}>{words.noneHint}</EmptyState>
        ) : (
          <EmptyState title={words.noneFound} />
        )
      ) : null}
      <DataGrid
        label={words.title}
        columns={columns}
        rows={rows}
        state={state}
        titleOf={nameOf}
        selectLabel={(row) => common.selectRow(nameOf(row))}
        sort={sort}
        onSort={setSort}
        cursor={cursor}
        onCursor={setCursor}
        selected={selected}
        onSelected={setSelected}
        onOpen={(row) => (isWritable ? setEditing(row) : openDocument(row))}
        onRemove={() => {
          if (!isWritable) return;
          const row = rows.row(cursor);
          if (row !== undefined) void trash(selected.size > 0 ? [...selected] : [row.id]);
        }}
        verbs={(row) => [
          {
            id: 'edit',
            writes: true,
            title: words.edit,
            icon: PenLine,
            keys: 'Enter',
            run: () => setEditing(row),
          },
          ...(row.cites[0] === undefined
            ? []
            : [
                {
                  id: 'open',
                  title: words.openDocument,
                  icon: BookOpen,
                  run: () => openDocument(row),
                },
              ]),
          {
            id: 'copy',
            title: words.copyKey,
            icon: Copy,
            run: () =>
              void navigator.clipboard
                .writeText(row.key)
                .then(() => showToast({ text: words.keyCopied(row.key) })),
          },
          ...objectVerbs('reference', row.id, nameOf(row), referenceAddress(row.key)),
          null,
          {
            id: 'trash',
            writes: true,
            title: session.toTrash,
            icon: Trash2,
            keys: 'Delete',
            run: () => void trash(meant(row)),
          },
        ]}
      />
      {editing === undefined ? null : <ReferenceDialog row={editing} onClose={() => setEditing(undefined)} />}
      {unread.length === 0 ? null : (
        <Dialog title={words.unread} onClose={() => setUnread([])}>
          <p>{words.unreadLead}</p>
          <ul className="log">
            {unread.slice(0, 100).map(({ line, sentence }) => (
              <li key={`${line} ${sentence}`}>{words.unreadAt(line, sentence)}</li>
            ))}
          </ul>
        </Dialog>
      )}
    </>
  );
}

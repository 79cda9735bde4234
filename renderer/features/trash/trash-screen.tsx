import { ArchiveRestore, Trash2, X } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { TrashRow } from '../../../preload/contract/data.ts';
import { attempt } from '../../app/attempt.ts';
import { stepCommand } from '../../app/undo.ts';
import { loggedTopics } from '../../data/queries.ts';
import { groupBy } from '../../data/group-by.ts';
import { useClient } from '../../data/query.ts';
import { useWindowedRows } from '../../data/windowed-rows.ts';
import { common } from '../../messages/common.ts';
import { trashWords } from '../../messages/screens.ts';
import { session } from '../../messages/session.ts';
import { Button } from '../../ui/button.tsx';
import { DataGrid } from '../../ui/data-grid.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { showToast } from '../../ui/toasts.tsx';
import { useIsWritable, Writes } from '../../ui/writes.tsx';
import { trashColumns } from './trash-columns.tsx';

/** What was taken away and can come back, newest first. */
export default function TrashScreen() {
  const client = useClient();
  const isWritable = useIsWritable();
  const source = useMemo(
    () => ({ load: (offset: number, limit: number) => client.lists.trash({ offset, limit }) }),
    [client],
  );
  const { rows, state } = useWindowedRows<TrashRow>(source, loggedTopics);
  const [cursor, setCursor] = useState(0);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [purging, setPurging] = useState<readonly string[]>();
  const meant = (row: TrashRow): readonly string[] => (selected.has(row.id) ? [...selected] : [row.id]);
  const total = state.total ?? 0;

  /** One command for each kind among them: a command's rows are of one kind. */
  async function act(verb: 'restore' | 'purge', ids: readonly string[]): Promise<void> {
    await attempt(async () => {
      const wanted = new Set(ids);
      const found = await rows.range(0, total - 1);
      const kinds = groupBy(
        found.filter(({ id }) => wanted.has(id)),
        ({ entity }) => entity,
      );
      for (const [entity, of] of kinds) await client.edits[verb]({ entity, ids: of.map(({ id }) => id) });
      setSelected(new Set());
      rows.refresh();
      if (verb === 'restore') {
        const undo = stepCommand(client, 'undo');
        showToast({ text: trashWords.restored(ids.length), ...(kinds.size === 1 ? { verb: undo } : {}) });
      }
    });
  }
  return (
    <main className="screen" data-pane="main" tabIndex={-1}>
      <header className="screen-head">
        <h1>{trashWords.title}</h1>
      </header>
      {total === 0 ? (
        state.total === 0 ? (
          <EmptyState title={trashWords.none}>{trashWords.noneHint}</EmptyState>
        ) : null
      ) : (
        <>
          <div className="tools">
            {selected.size === 0 ? (
              <span className="grow note">{trashWords.kept}</span>
            ) : (
              <div className="bulk grow">
                <span className="grow">{session.selected(selected.size)}</span>
                <Writes>
                  <Button icon={ArchiveRestore} onPress={() => void act('restore', [...selected])}>
                    {trashWords.restore}
                  </Button>
                  <Button icon={Trash2} onPress={() => setPurging([...selected])}>
                    {trashWords.purge}
                  </Button>
                </Writes>
                <Button look="bare" icon={X} onPress={() => setSelected(new Set())}>
                  {session.clear}
                </Button>
              </div>
            )}
          </div>
          <DataGrid
            label={trashWords.title}
            columns={trashColumns}
            rows={rows}
            state={state}
            titleOf={(row) => row.title}
            selectLabel={(row) => common.selectRow(row.title)}
            cursor={Math.min(cursor, total - 1)}
            onCursor={setCursor}
            selected={selected}
            onSelected={setSelected}
            onOpen={(row) => (isWritable ? void act('restore', meant(row)) : undefined)}
            verbs={(row) => [
              {
                id: 'restore',
                writes: true,
                title: trashWords.restore,
                icon: ArchiveRestore,
                keys: 'Enter',
                run: () => void act('restore', meant(row)),
              },
              null,
              {
                id: 'purge',
                writes: true,
                title: trashWords.purge,
                icon: Trash2,
                run: () => setPurging(meant(row)),
              },
            ]}
          />
        </>
      )}
      {purging === undefined ? null : (
        <Dialog
          alert
          title={trashWords.purgeAll(purging.length)}
          onClose={() => setPurging(undefined)}
          actions={
            <Button
              look="primary"
              onPress={() => {
                void act('purge', purging);
                setPurging(undefined);
              }}
            >
              {trashWords.purgeAll(purging.length)}
            </Button>
          }
        >
          <p>{trashWords.purgeLead}</p>
        </Dialog>
      )}
    </main>
  );
}

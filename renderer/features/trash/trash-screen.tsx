import { useEffect, useMemo, useState } from 'react';
import type { TrashRow } from '../../../preload/contract/data.ts';
import { failureOf } from '../../data/failure.ts';
import { useClient } from '../../data/query.ts';
import { useWindowedRows } from '../../data/windowed-rows.ts';
import { trashWords } from '../../messages/screens.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { showToast } from '../../ui/toasts.tsx';

const shown = 200;

/** What was taken away and can come back, newest first. */
export default function TrashScreen() {
  const client = useClient();
  const source = useMemo(
    () => ({ load: (offset: number, limit: number) => client.lists.trash({ offset, limit }) }),
    [client],
  );
  const { rows, state } = useWindowedRows<TrashRow>(source, [
    'evidence',
    'research_sessions',
    'research_claims',
    'annotations',
    'reference_items',
  ]);
  useEffect(() => rows.ensure(0, Math.min(shown, state.total ?? 0) - 1), [rows, state.version, state.total]);
  const [purging, setPurging] = useState<TrashRow>();
  const list = Array.from({ length: Math.min(shown, state.total ?? 0) }, (_, at) => rows.row(at)).filter(
    (row) => row !== undefined,
  );
  async function act(verb: 'restore' | 'purge', row: TrashRow): Promise<void> {
    try {
      await client.edits[verb]({ entity: row.entity, ids: [row.id] });
      rows.refresh();
    } catch (thrown) {
      showToast({ text: failureOf(thrown).message });
    }
  }
  return (
    <main className="screen" data-pane="main" tabIndex={-1}>
      <header className="screen-head">
        <h1>{trashWords.title}</h1>
      </header>
      {state.total === 0 ? <EmptyState title={trashWords.none} /> : null}
      <ul className="scroll" aria-label={trashWords.title} tabIndex={0}>
        {list.map((row) => (
          <li key={row.id} className="item row">
            <span className="grow">
              <span className="item-title">{row.title}</span>
              <span className="item-sub">
                {trashWords.deleted(row.deletedBy, new Date(row.deletedAt).toLocaleString())}
              </span>
            </span>
            <Button onPress={() => void act('restore', row)}>{trashWords.restore}</Button>
            <Button look="danger" onPress={() => setPurging(row)}>
              {trashWords.purge}
            </Button>
          </li>
        ))}
      </ul>
      {purging === undefined ? null : (
        <Dialog
          alert
          title={purging.title}
          onClose={() => setPurging(undefined)}
          actions={
            <Button
              look="primary"
              onPress={() => {
                void act('purge', purging);
                setPurging(undefined);
              }}
            >
              {trashWords.purgeAll(1)}
            </Button>
          }
        >
          <p>{trashWords.purgeLead}</p>
        </Dialog>
      )}
    </main>
  );
}

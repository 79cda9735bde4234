import { Plus, Trash2, X } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import type { EvidenceRow } from '../../../preload/contract/data.ts';
import { go } from '../../app/location.ts';
import { stepBack } from '../../app/undo.ts';
import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { useWindowedRows } from '../../data/windowed-rows.ts';
import { app } from '../../messages/app.ts';
import { session } from '../../messages/session.ts';
import { Button } from '../../ui/button.tsx';
import { Level } from '../../ui/marks.tsx';
import { SplitPanes } from '../../ui/panes.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { showToast } from '../../ui/toasts.tsx';
import { SessionList } from '../sessions/session-list.tsx';
import { useAddItems } from './capture-surface.tsx';
import { EvidenceTable, type Sort } from './evidence-table.tsx';
import { Inspector } from './inspector.tsx';
import { WorkBar } from './work-bar.tsx';

const watched = ['evidence', 'set_elements', 'judgements', 'claim_evidence', 'artifacts'] as const;

function Head({ id }: { id: string }) {
  const facts = useQuery(queries.session(id)).data;
  const picker = useRef<HTMLInputElement>(null);
  const add = useAddItems(id);
  return (
    <header className="screen-head">
      <div className="row">
        <h1 className="grow cut">{facts?.title ?? facts?.question}</h1>
        <Button look="primary" icon={Plus} onPress={() => picker.current?.click()}>
          {session.addEvidence}
        </Button>
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          aria-label={session.addEvidence}
          onChange={(change) => {
            const files = [...(change.target.files ?? [])];
            change.target.value = '';
            void add({ files, urls: [], texts: [] });
          }}
        />
      </div>
      <p className="dim">{facts?.question}</p>
      <p className="props">
        <span>
          {session.priority} <b>{facts?.priority}</b>
        </span>
        <span>
          {session.scope} <b>{facts?.scope?.replace('_', ' ')}</b>
        </span>
        <Level level={facts?.sharingLevel ?? null} />
        <span>{facts?.tags.join(', ')}</span>
      </p>
    </header>
  );
}

/** One session: its question, its evidence as a table, and what is under the cursor. */
export function SessionScreen({ id }: { id: string }) {
  const client = useClient();
  const [text, setText] = useState('');
  const [sort, setSort] = useState<Sort>({ column: 'quality', direction: 'descending' });
  const [cursor, setCursor] = useState(0);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const source = useMemo(
    () => ({
      load: (offset: number, limit: number) =>
        client.lists.evidence({ sessionId: id, filter: text === '' ? {} : { text }, sort, offset, limit }),
    }),
    [client, id, text, sort],
  );
  const { rows, state } = useWindowedRows<EvidenceRow>(source, watched);
  const current = rows.row(cursor);
  async function trash(): Promise<void> {
    const ids = selected.size > 0 ? [...selected] : current === undefined ? [] : [current.id];
    if (ids.length === 0) return;
    await client.edits.remove({ entity: 'evidence', ids });
    setSelected(new Set());
    showToast({
      text: session.trashed(ids.length),
      verb: { title: app.undo, keys: '$mod+z', run: () => void stepBack(client, 'undo') },
    });
  }
  const main = (
    <div className="screen" onKeyDown={(press) => (press.key === 'Delete' ? void trash() : undefined)}>
      <Head id={id} />
      <div className="tools">
        {selected.size === 0 ? (
          <label className="field grow">
            <input
              aria-label={session.filter}
              placeholder={session.filter}
              value={text}
              onChange={(change) => setText(change.target.value)}
            />
          </label>
        ) : (
          <div className="bulk grow">
            <span className="grow">{session.selected(selected.size)}</span>
            <Button icon={Trash2} keys="Delete" onPress={() => void trash()}>
              {session.toTrash}
            </Button>
            <Button look="bare" icon={X} onPress={() => setSelected(new Set())}>
              {session.clear}
            </Button>
          </div>
        )}
      </div>
      <WorkBar sessionId={id} />
      {state.total === 0 && text === '' ? (
        <EmptyState title={session.noEvidence}>{session.noEvidenceHint}</EmptyState>
      ) : (
        <EvidenceTable
          rows={rows}
          state={state}
          sort={sort}
          onSort={setSort}
          cursor={cursor}
          onCursor={setCursor}
          selected={selected}
          onSelect={(row, on) =>
            setSelected(
              (before) => new Set(on ? [...before, row] : [...before].filter((each) => each !== row)),
            )
          }
          onOpen={(row) => go(`read/${row.id}`)}
        />
      )}
    </div>
  );
  return (
    <SplitPanes
      id="session"
      list={<SessionList current={id} />}
      main={main}
      side={
        current === undefined ? (
          <p className="empty">{session.inspect}</p>
        ) : (
          <Inspector key={current.id} id={current.id} />
        )
      }
    />
  );
}

import { Download, PenLine, Plus } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import type { EvidenceRow } from '../../../preload/contract/data.ts';
import { useCommands } from '../../app/commands.ts';
import { go, goBeside } from '../../app/location.ts';
import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { carrySources } from '../../data/source-drag.ts';
import { useWindowedRows } from '../../data/windowed-rows.ts';
import { claimWords } from '../../messages/claims.ts';
import { common } from '../../messages/common.ts';
import { exportWords } from '../../messages/export.ts';
import { session } from '../../messages/session.ts';
import { Button } from '../../ui/button.tsx';
import { ColumnChooser, useHiddenColumns } from '../../ui/column-chooser.tsx';
import { DataGrid, type Sort } from '../../ui/data-grid.tsx';
import { Keys } from '../../ui/keys.tsx';
import { Level } from '../../ui/marks.tsx';
import { SplitPanes } from '../../ui/panes.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { useIsWritable, Writes } from '../../ui/writes.tsx';
import { ExportSession } from '../export/export-dialog.tsx';
import { LinkDialog } from '../claims/link-dialog.tsx';
import { SessionList } from '../sessions/session-list.tsx';
import { SessionParts } from '../sessions/session-parts.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { useAddItems } from './capture-surface.tsx';
import { EnterEvidence } from './enter-evidence.tsx';
import {
  type EvidenceActs,
  evidenceVerbs,
  rateEvidence,
  retractEvidence,
  trashEvidence,
} from './evidence-actions.ts';
import { evidenceColumns, fixedColumns, hiddenAtFirst } from './evidence-columns.tsx';
import { Inspector } from './inspector.tsx';
import { type Intent, RippleDialog } from './ripple-dialog.tsx';
import { type Asked, SelectionDialog } from './selection-dialogs.tsx';
import { citeEvidence } from '../library/reference-files.ts';
import { Presence } from '../sync/presence.tsx';
import { WorkBar } from './work-bar.tsx';

const watched = ['evidence', 'set_elements', 'judgements', 'claim_evidence', 'artifacts'] as const;

function Head({ id }: { id: string }) {
  const facts = useQuery(queries.session(id)).data;
  const picker = useRef<HTMLInputElement>(null);
  const add = useAddItems(id);
  const [entering, setEntering] = useState(false);
  const [exporting, setExporting] = useState(false);
  useCommands([{ id: 'export', title: exportWords.verb, run: () => setExporting(true) }]);
  const name = facts?.title ?? facts?.question ?? '';
  return (
    <header className="screen-head">
      <div className="row">
        <h1 className="grow cut" dir="auto">
          {name}
        </h1>
        <Button icon={Download} onPress={() => setExporting(true)}>
          {exportWords.verb}
        </Button>
        <Writes>
          <Button icon={PenLine} onPress={() => setEntering(true)}>
            {session.enter}
          </Button>
          <Button look="primary" icon={Plus} onPress={() => picker.current?.click()}>
            {session.addEvidence}
          </Button>
        </Writes>
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
      {exporting ? <ExportSession id={id} name={name} onClose={() => setExporting(false)} /> : null}
      {entering ? <EnterEvidence sessionId={id} onClose={() => setEntering(false)} /> : null}
      <p className="dim" dir="auto">
        {facts?.question}
      </p>
      <Presence sessionId={id} />
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

/** One session, or the word that it is not here, which a session may come to while it is open. */
export function SessionScreen({ id }: { id: string }) {
  const { failure } = useQuery(queries.session(id));
  if (failure?.code !== 'not-found') return <Workspace id={id} />;
  const gone = (
    <div className="screen">
      <EmptyState title={session.gone}>{session.goneHint}</EmptyState>
    </div>
  );
  return <SplitPanes id="session" list={<SessionList current={id} />} main={gone} />;
}

/** Its question, its evidence as a table, and what is under the cursor. */
function Workspace({ id }: { id: string }) {
  const client = useClient();
  const isWritable = useIsWritable();
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
  const [asked, setAsked] = useState<Asked>();
  const [intent, setIntent] = useState<Intent>();
  const [linking, setLinking] = useState<readonly string[]>();
  const [hidden, setHidden] = useHiddenColumns('evidence', hiddenAtFirst);
  const columns = useMemo(() => evidenceColumns.filter((column) => !hidden.has(column.id)), [hidden]);
  /** The selection, or the row that is meant where it is not part of one. */
  const meant = (row: EvidenceRow | undefined): readonly string[] => {
    if (row !== undefined && !selected.has(row.id)) return [row.id];
    return selected.size > 0 ? [...selected] : row === undefined ? [] : [row.id];
  };
  const trash = (ids: readonly string[]): void => {
    if (isWritable && ids.length > 0) setIntent({ verb: 'trash', ids });
  };
  const rate = (ids: readonly string[], rating: string): void => setIntent({ verb: 'rate', ids, rating });
  const goOn = async (meantTo: Intent, reason: string): Promise<void> => {
    setIntent(undefined);
    const { verb, ids } = meantTo;
    if (verb === 'rate') await rateEvidence(client, ids, meantTo.rating);
    else if (verb === 'retract') await retractEvidence(client, ids, reason);
    else if (await trashEvidence(client, ids)) setSelected(new Set());
  };
  const chosen = [...selected];
  const actsOn = (ids: readonly string[]): EvidenceActs => ({
    rate: () => setAsked({ verb: 'rate', ids }),
    tag: () => setAsked({ verb: 'tag', ids }),
    share: () => setAsked({ verb: 'share', ids }),
    link: () => setLinking(ids),
    cite: () => void citeEvidence(client, ids),
    retract: () => setIntent({ verb: 'retract', ids }),
    trash: () => trash(ids),
  });
  const filter = useRef<HTMLInputElement>(null);
  const marked = selected.size > 0 ? chosen : meant(current);
  const ask = (verb: Asked['verb']): void => {
    if (marked.length > 0) setAsked({ verb, ids: marked });
  };
  useCommands([
    { id: 'evidence-rate', title: session.rateVerb, keys: 'r', writes: true, run: () => ask('rate') },
    { id: 'evidence-tag', title: session.tagVerb, keys: 't', writes: true, run: () => ask('tag') },
    { id: 'evidence-share', title: session.shareVerb, keys: 's', writes: true, run: () => ask('share') },
    {
      id: 'evidence-filter',
      title: session.filter,
      keys: '/',
      run: () => {
        setSelected(new Set());
        window.requestAnimationFrame(() => filter.current?.focus());
      },
    },
  ]);
  const main = (
    <div className="screen">
      <Head id={id} />
      <SessionParts id={id} current="evidence" />
      <div className="tools">
        {selected.size === 0 ? (
          <label className="field grow">
            <input
              ref={filter}
              aria-label={session.filter}
              aria-keyshortcuts="/"
              placeholder={session.filter}
              value={text}
              onChange={(change) => {
                setText(change.target.value);
                setCursor(0);
              }}
            />
            <Keys combination="/" />
          </label>
        ) : (
          <BulkBar count={selected.size} acts={actsOn(chosen)} onClear={() => setSelected(new Set())} />
        )}
        <ColumnChooser
          label={session.columnsShown}
          columns={evidenceColumns}
          fixed={fixedColumns}
          hidden={hidden}
          onHidden={setHidden}
        />
      </div>
      <WorkBar sessionId={id} />
      {state.total === 0 && text === '' ? (
        <EmptyState title={session.noEvidence}>{session.noEvidenceHint}</EmptyState>
      ) : (
        <DataGrid
          label={session.evidence}
          columns={columns}
          rows={rows}
          state={state}
          titleOf={(row) => row.title}
          selectLabel={(row) => common.selectRow(row.title)}
          sort={sort}
          onSort={setSort}
          cursor={cursor}
          onCursor={setCursor}
          selected={selected}
          onSelected={setSelected}
          onOpen={(row) => go(`read/${row.id}`)}
          onRemove={() => trash(marked)}
          onOpenBeside={(row) => goBeside(`read/${row.id}`)}
          onDrag={(row, transfer) => {
            const sources = meant(row).map((evidenceId) => ({ evidenceId }));
            carrySources(transfer, sources, `${row.title} (${row.label})`);
          }}
          verbs={(row) => evidenceVerbs(row, selected, actsOn(meant(row)))}
        />
      )}
      {intent === undefined ? null : (
        <RippleDialog
          intent={intent}
          onGoOn={(reason) => void goOn(intent, reason)}
          onClose={() => setIntent(undefined)}
        />
      )}
      {linking === undefined ? null : (
        <LinkDialog
          title={claimWords.linkTitle}
          sessionId={id}
          sources={linking.map((evidenceId) => ({ evidenceId }))}
          onClose={() => setLinking(undefined)}
        />
      )}
      {asked === undefined ? null : (
        <SelectionDialog asked={asked} onRate={rate} onClose={() => setAsked(undefined)} />
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
          <Inspector key={current.id} id={current.id} onRate={rate} />
        )
      }
    />
  );
}

import { BookOpen, Undo2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { EntityName } from '../../../db/catalogue/catalogue.ts';
import { attempt } from '../../app/attempt.ts';
import { type LinkKind, linkKinds } from '../../app/links.ts';
import { go } from '../../app/location.ts';
import { objectVerbs } from '../../app/object-verbs.ts';
import { sayStep, stepCommand } from '../../app/undo.ts';
import { loggedTopics } from '../../data/queries.ts';
import { useClient } from '../../data/query.ts';
import { useWindowedRows } from '../../data/windowed-rows.ts';
import { activityWords } from '../../messages/activity.ts';
import { changeWords, kindName, subjectWords } from '../../messages/changes.ts';
import { common } from '../../messages/common.ts';
import { DataGrid } from '../../ui/data-grid.tsx';
import { Segments, Select } from '../../ui/fields.tsx';
import type { Verb } from '../../ui/row-menu.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { showToast } from '../../ui/toasts.tsx';
import { changeColumns, type ListedChange } from './change-columns.tsx';

const authors = (['all', 'me', 'others'] as const).map((id) => ({ id, title: activityWords.by[id] }));
const spans = (['all', 'day', 'week', 'month'] as const).map((id) => ({
  id,
  title: activityWords.spans[id],
}));
const spanDays = { all: null, day: 0, week: 6, month: 29 } as const;
const entities = [
  'research_sessions',
  'evidence',
  'research_claims',
  'claim_evidence',
  'annotations',
  'reference_items',
  'saved_searches',
] as const satisfies readonly EntityName[];
type Kind = 'all' | (typeof entities)[number];
const kinds = [
  { id: 'all' as Kind, title: activityWords.everything },
  ...entities.map((id) => ({ id: id as Kind, title: kindName(id) })),
];

/** The first moment of the day so many days ago, on the person's clock. */
function daysAgo(days: number): string {
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - days).toISOString();
}

function linkKindOf(entity: EntityName): LinkKind | undefined {
  return (Object.keys(linkKinds) as LinkKind[]).find((kind) => linkKinds[kind] === entity);
}

/** Everything that was done in this workspace, newest first; what is a person's own can be undone from here. */
export function ChangeLog() {
  const client = useClient();
  const [by, setBy] = useState<(typeof authors)[number]['id']>('all');
  const [span, setSpan] = useState<keyof typeof spanDays>('all');
  const [kind, setKind] = useState<Kind>('all');
  const [cursor, setCursor] = useState(0);
  const source = useMemo(() => {
    const days = spanDays[span];
    const filter = {
      ...(by === 'all' ? {} : { by }),
      ...(kind === 'all' ? {} : { entity: kind }),
      ...(days === null ? {} : { since: daysAgo(days) }),
    };
    return {
      load: async (offset: number, limit: number) => {
        const window = await client.overview.changes({ filter, offset, limit });
        return { ...window, rows: window.rows.map((row): ListedChange => ({ ...row, id: String(row.txn) })) };
      },
    };
  }, [client, by, kind, span]);
  const { rows, state } = useWindowedRows<ListedChange>(source, loggedTopics);
  async function undo(row: ListedChange): Promise<void> {
    await attempt(async () => {
      const outcome = await client.edits.undoChange({ change: row.txn });
      const redo = stepCommand(client, 'redo');
      showToast({ text: sayStep('undo', row.command, outcome.skipped.length), verb: redo });
    });
  }
  const choose =
    <T,>(set: (value: T) => void) =>
    (value: T): void => {
      set(value);
      setCursor(0);
    };
  return (
    <>
      <div className="tools">
        <Segments label={activityWords.columns.by} choices={authors} value={by} onChange={choose(setBy)} />
        <Select small label={activityWords.kind} choices={kinds} value={kind} onChange={choose(setKind)} />
        <Select small label={activityWords.when} choices={spans} value={span} onChange={choose(setSpan)} />
        <span className="grow" />
        <span className="num dim" role="status">
          {state.total === undefined ? '' : activityWords.changes(state.total)}
        </span>
      </div>
      {state.total === 0 ? (
        <EmptyState title={activityWords.noChange}>{activityWords.noChangeHint}</EmptyState>
      ) : (
        <DataGrid
          label={activityWords.log}
          columns={changeColumns}
          rows={rows}
          state={state}
          titleOf={(row) => subjectWords(row)}
          selectLabel={(row) => changeWords(row)}
          cursor={cursor}
          onCursor={setCursor}
          onOpen={open}
          onOpenBeside={(row) =>
            verbsOf(row)
              .find(({ id }) => id === 'beside')
              ?.run()
          }
          verbs={(row) => [
            ...(linked(row) === undefined
              ? []
              : [
                  {
                    id: 'open',
                    title: common.open,
                    icon: BookOpen,
                    keys: 'Enter',
                    run: () => open(row),
                  },
                  ...verbsOf(row),
                ]),
            ...(row.canUndo
              ? [
                  ...(linked(row) === undefined ? [] : [null]),
                  {
                    id: 'undo',
                    writes: true,
                    title: activityWords.undoThis,
                    icon: Undo2,
                    run: () => void undo(row),
                  },
                ]
              : []),
          ]}
        />
      )}
    </>
  );
}

/** The kind of link to what a change was about, where it is there and has an address. */
function linked({ subject }: ListedChange): LinkKind | undefined {
  return subject === null || !subject.present ? undefined : linkKindOf(subject.entity);
}

function open(row: ListedChange): void {
  const kind = linked(row);
  if (kind !== undefined && row.subject !== null) go(`link/${kind}/${row.subject.id}`);
}

function verbsOf(row: ListedChange): readonly Verb[] {
  const kind = linked(row);
  return kind === undefined || row.subject === null
    ? []
    : objectVerbs(kind, row.subject.id, row.subject.title);
}

import { useState } from 'react';
import type { AuditPage } from '../../../preload/contract/people.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { peopleWords } from '../../messages/people.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState, ErrorNotice } from '../../ui/states.tsx';
import { momentText } from '../../ui/times.ts';
import { Asked } from './asked.tsx';

type Entry = AuditPage['entries'][number];

/** The record of what was changed about people, access and settings, from the newest on; older pages as they are asked for. */
export function RecordPart() {
  const client = useClient();
  const newest = useQuery(queries.record);
  const { busy, error, submit } = useSubmit();
  const [older, setOlder] = useState<Older>({ after: null, pages: [] });
  if (newest.data === undefined) return <Asked answers={[newest]}>{null}</Asked>;
  const first = newest.data;
  // Pages hang on each other: where the newest was asked for again, the older ones are, too.
  const pages = [first, ...(older.after === first.next ? older.pages : [])];
  const next = pages.at(-1)?.next ?? null;
  const more = (before: number) =>
    submit(async () => {
      const page = await client.people.audit({ before });
      setOlder({ after: first.next, pages: [...pages.slice(1), page] });
    });
  const entries = pages.flatMap((page) => page.entries);
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={peopleWords.record}>
      <p className="note record-lead">{peopleWords.recordLead}</p>
      {entries.length === 0 ? <EmptyState title={peopleWords.noRecord} /> : <Entries entries={entries} />}
      {error === undefined ? null : <ErrorNotice message={error} />}
      {next === null ? null : (
        <div className="acts record-more">
          <Button disabled={busy} onPress={() => void more(next)}>
            {peopleWords.olderRecord}
          </Button>
        </div>
      )}
    </div>
  );
}

/** Pages behind the newest one, which ended at `after` when they were asked for. */
interface Older {
  readonly after: number | null;
  readonly pages: readonly AuditPage[];
}

function Entries({ entries }: { entries: readonly Entry[] }) {
  return (
    <table className="record">
      <thead>
        <tr>
          {[peopleWords.when, peopleWords.by, peopleWords.what, peopleWords.about, peopleWords.change].map(
            (title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ),
          )}
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={entry.n}>
            <td>
              <time dateTime={entry.at}>{momentText(entry.at)}</time>
            </td>
            <td>{entry.by ?? peopleWords.theServer}</td>
            <td>
              {peopleWords.action(entry.action)}
              {entry.outcome === 'success' ? '' : `, ${peopleWords.failed}`}
            </td>
            <td>{entry.about ?? ''}</td>
            <td>
              <Changes entry={entry} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Fields that say which row it was; the row's line says it in words. */
const plumbing = new Set(
  (
    'id tenant_id user_id device_id project_id owner_kind key_prefix metadata created_at updated_at ' +
    'registered_at invited_by accepted_by revoked_by ip_address user_agent'
  ).split(' '),
);

function Changes({ entry: { changes, notKept } }: { entry: Entry }) {
  const shown = changes.filter(
    ({ field, old, new: now }) => !plumbing.has(field) && !(isNothing(old) && isNothing(now)),
  );
  return (
    <ul className="record-changes">
      {shown.map(({ field, old, new: now }) => (
        <li key={field}>
          <span className="dim">{peopleWords.field(field)}</span> {isNothing(old) ? null : <s>{text(old)}</s>}{' '}
          {text(now)}
        </li>
      ))}
      {notKept.length === 0 ? null : <li className="dim">{peopleWords.notKept(notKept)}</li>}
    </ul>
  );
}

/** A field that was never filled says nothing, whatever stands for that. */
function isNothing(value: unknown): boolean {
  return value === null || value === undefined || value === '' || JSON.stringify(value) === '{}';
}

const moment = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d/;

function text(value: unknown): string {
  if (isNothing(value)) return peopleWords.nothing;
  if (typeof value === 'boolean') return value ? peopleWords.yes : peopleWords.no;
  if (typeof value !== 'string') return JSON.stringify(value);
  return moment.test(value) ? momentText(value) : value;
}

import type { EntityName } from '../../../db/catalogue/catalogue.ts';
import { columnsOf, entityNames, isEntityName } from '../../../db/catalogue/catalogue.ts';
import { labelOf } from '../../../db/catalogue/label.ts';
import type { HostClient } from '../../../preload/contract/contract.ts';
import { idSchema } from '../../../preload/contract/payload.ts';
import type { Change, Outcome } from '../../../preload/contract/shapes.ts';
import { type Action, done } from '../context.ts';
import { cell, table } from '../terminal/output.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { parseAssignments } from '../terminal/values.ts';

const pageSize = 500;

/** An entity by the name of its table, as a person typed it. */
export function entityOf(name: string): EntityName {
  const normal = name.replaceAll('-', '_');
  if (isEntityName(normal)) return normal;
  throw new UsageError(`"${name}" is none of: ${entityNames.join(', ')}.`);
}

/** An id as given, or the row that a label or the beginning of an id names. */
export async function idOf(client: HostClient, entity: EntityName, text: string): Promise<string> {
  if (idSchema.safeParse(text).success) return text;
  return (await client.rows.resolve({ entity, text })).id;
}

export function listRows(name: string, options: { session?: string; trash?: boolean }): Action {
  const entity = entityOf(name);
  return async ({ client: open }) => {
    const client = await open();
    const session =
      options.session === undefined
        ? {}
        : { sessionId: await idOf(client, 'research_sessions', options.session) };
    const rows: Record<string, unknown>[] = [];
    for (let total = 1; rows.length < total;) {
      const window = await client.rows.list({
        entity,
        ...session,
        trash: options.trash === true,
        offset: rows.length,
        limit: pageSize,
      });
      rows.push(...window.rows);
      total = window.rows.length === 0 ? rows.length : window.total;
    }
    return done({ rows }, describeRows(entity, rows));
  };
}

export function getRow(name: string, id: string): Action {
  const entity = entityOf(name);
  return async ({ client: open }) => {
    const client = await open();
    const { row, conflicts, judgements } = await client.rows.get({
      entity,
      id: await idOf(client, entity, id),
    });
    const lines = Object.entries(row)
      .filter(([, value]) => value !== null)
      .map(([column, value]) => [column, cell(value, 100)]);
    return done({ row, conflicts, judgements }, table(lines));
  };
}

export function addRow(name: string, assignments: readonly string[]): Action {
  const entity = entityOf(name);
  const values = parseAssignments(entity, assignments);
  return async ({ client: open }) => {
    const client = await open();
    const { id } = await client.edits.add({ entity, values: writable(values) });
    return done({ id }, [id]);
  };
}

export function editRow(name: string, id: string, assignments: readonly string[]): Action {
  const entity = entityOf(name);
  if (assignments.length === 0) throw new UsageError('Say what to change: --set column=value.');
  const values = parseAssignments(entity, assignments);
  return async ({ client: open }) => {
    const client = await open();
    const outcome = await client.edits.edit({
      entity,
      ids: [await idOf(client, entity, id)],
      values: writable(values),
    });
    return done({ changed: outcome.changed, skipped: outcome.skipped }, describeOutcome(outcome));
  };
}

export function moveRows(verb: 'remove' | 'restore', name: string, ids: readonly string[]): Action {
  const entity = entityOf(name);
  return async ({ client: open }) => {
    const client = await open();
    const resolved = await Promise.all(ids.map((id) => idOf(client, entity, id)));
    const outcome = await client.edits[verb]({ entity, ids: resolved });
    return done({ changed: outcome.changed, skipped: outcome.skipped }, describeOutcome(outcome));
  };
}

export function stepHistory(verb: 'undo' | 'redo'): Action {
  return async ({ client: open }) => {
    const outcome = await (await open()).edits[verb]();
    const lines =
      outcome.command === null
        ? [`There is nothing to ${verb}.`]
        : [`${outcome.command}:`, ...describeOutcome(outcome)];
    return done({ changed: outcome.changed, skipped: outcome.skipped }, lines);
  };
}

export function showHistory(name: string, id: string): Action {
  const entity = entityOf(name);
  return async ({ client: open }) => {
    const client = await open();
    const { entries } = await client.rows.history({ entity, id: await idOf(client, entity, id) });
    const lines = entries.map((entry) => [
      entry.at,
      entry.author,
      entry.here ? 'here' : (entry.device ?? ''),
      entry.operation,
      cell(Object.keys(entry.columns).join(', '), 80),
    ]);
    return done({ entries }, table(lines));
  };
}

function writable(
  values: ReturnType<typeof parseAssignments>,
): Parameters<HostClient['edits']['add']>[0]['values'] {
  return values as Parameters<HostClient['edits']['add']>[0]['values'];
}

function describeRows(entity: EntityName, rows: readonly Record<string, unknown>[]): string[] {
  const shown = columnsOf(entity)
    .filter(([name, spec]) => spec.search === 'title' || ['name', 'status', 'file_name'].includes(name))
    .map(([name]) => name);
  return table(
    rows.map((row) => [
      labelOf(entity, String(row['id'])) || String(row['id']),
      ...shown.map((name) => cell(row[name])),
    ]),
  );
}

function describeOutcome(outcome: Outcome): string[] {
  const line = (word: string, change: Change): string =>
    `${word} ${change.entity} ${labelOf(change.entity, change.id) || change.id} ${change.columns.join(', ')}`.trimEnd();
  return [
    ...outcome.changed.map((change) => line('changed', change)),
    ...outcome.skipped.map((change) => line('left as it was, because it was changed since:', change)),
  ];
}

import { expect, test } from 'vitest';
import { familiesOf } from '../../../renderer/features/sync/families.ts';
import { decisionOf, sumsOf } from '../../../renderer/features/sync/leaving-sums.ts';
import { csvOf } from '../../../renderer/features/sync/receipts-csv.ts';
import type { LeavingRow, LeavingSession } from '../../../preload/contract/leaving.ts';
import type { SyncScope } from '../../../preload/contract/sync.ts';

type Decision = LeavingRow['fields'][number]['decision'];

function row(fields: readonly Decision[], file?: Decision): LeavingRow {
  const ruled = (decision: Decision) => ({ decision, rule: 'r', reason: '', whose: 'own' as const });
  return {
    entity: 'evidence',
    id: '00000000-0000-7000-8000-000000000001',
    label: 'E-1',
    title: '',
    sessionId: null,
    fields: fields.map((decision) => ({ columns: ['title'], ...ruled(decision) })),
    file: file === undefined ? null : { name: 'a', bytes: 1, ...ruled(file) },
  };
}

test('a row of which a part goes and another does not is said to go in part', () => {
  expect(decisionOf(row(['allow', 'allow'], 'allow'))).toBe('allow');
  expect(decisionOf(row(['keep_local'], 'keep_local'))).toBe('keep_local');
  expect(decisionOf(row(['allow'], 'withhold'))).toBe('redact');
  expect(decisionOf(row(['redact', 'withhold']))).toBe('redact');
  expect(decisionOf(row(['keep_local', 'withhold']))).toBe('withhold');
  expect(decisionOf(row([]))).toBe('allow');
});

test('shares count the rows of the sessions by what is ruled on them', () => {
  const session = (rows: number, decision: Decision) =>
    ({ rows, files: 1, bytes: 10, decision }) as LeavingSession;
  expect(sumsOf([session(3, 'allow'), session(4, 'keep_local'), session(5, 'allow')])).toEqual({
    rows: 12,
    files: 3,
    bytes: 30,
    shares: { allow: 8, redact: 0, withhold: 0, keep_local: 4 },
  });
});

test('sessions stand under their project by name; those of a project that is not to be read stand last', () => {
  const scope = (kind: 'project' | 'session', id: string, name: string, projectId: string | null = null) =>
    ({ kind, id, name, projectId }) as SyncScope;
  const families = familiesOf([
    scope('session', '3', 'Beta', '1'),
    scope('session', '4', 'Alpha', '1'),
    scope('session', '5', 'Alone', '9'),
    scope('project', '2', 'Zinc'),
    scope('project', '1', 'Copper'),
  ]);
  expect(
    families.map(({ project, sessions }) => [project?.name ?? null, sessions.map(({ name }) => name)]),
  ).toEqual([
    ['Copper', ['Alpha', 'Beta']],
    ['Zinc', []],
    [null, ['Alone']],
  ]);
});

test('receipts are written as a table whose cells no spreadsheet takes for formulas', async () => {
  const common = {
    id: '1',
    at: '2026-01-01T00:00:00.000Z',
    destination: 'sync',
    sentence: '',
    name: null,
    rows: 2,
  };
  const table = csvOf([
    { ...common, decision: 'allow', rule: 'a, "b"', subject: { host: '=cmd()', bytes: 12 } },
    { ...common, decision: 'allow', rule: 'c', subject: { file: 'f0' } },
  ]);
  expect(await table.text()).toBe(
    [
      'at,destination,decision,rule,rows,bytes,file,host',
      '2026-01-01T00:00:00.000Z,sync,allow,"a, ""b""",2,12,,\'=cmd()',
      '2026-01-01T00:00:00.000Z,sync,allow,c,2,,f0,',
      '',
    ].join('\r\n'),
  );
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Id } from '../../../../db/catalogue/rows.ts';
import { activeSessions } from '../../../../db/queries/sessions.ts';
import { evidenceBetween, sessionStatistics } from '../../../../db/queries/statistics.ts';
import { insertRow, removeRow, updateRow } from '../../../../db/replica/rows/write.ts';
import { transact } from '../../../../db/replica/transaction/transact.ts';
import type { OpenWorkspace } from '../../../../db/replica/workspace/workspace.ts';
import { withWorkspace } from '../../../helpers/replica.ts';

interface Child {
  readonly gone: boolean;
}
interface Claim extends Child {
  readonly merged: boolean;
  readonly agreed: boolean;
}
interface Session extends Child {
  readonly day: number;
  readonly status: 'active' | 'paused' | 'completed';
  readonly hours: number;
  readonly evidence: readonly Child[];
  readonly claims: readonly Claim[];
}

const child = { gone: fc.boolean() };
const sessions: fc.Arbitrary<Session[]> = fc.array(
  fc.record({
    ...child,
    day: fc.integer({ min: 1, max: 28 }),
    status: fc.constantFrom('active', 'paused', 'completed'),
    hours: fc.integer({ min: 1, max: 90 }),
    evidence: fc.array(fc.record(child), { maxLength: 4 }),
    claims: fc.array(fc.record({ ...child, merged: fc.boolean(), agreed: fc.boolean() }), { maxLength: 4 }),
  }),
  { maxLength: 6 },
);

const dayOf = (day: number): string => `2026-03-${String(day).padStart(2, '0')}T08:00:00.000Z`;

/** Writes the sessions as they are described and answers with their ids. */
function write(workspace: OpenWorkspace, described: readonly Session[]): Id[] {
  return transact(workspace.replica, { command: 'test' }, (tx) =>
    described.map((session, at) => {
      const started_at = dayOf(session.day);
      const id = insertRow(tx, 'research_sessions', { title: `Session ${at}`, started_at });
      if (session.status !== 'active') updateRow(tx, 'research_sessions', id, { status: session.status });
      if (session.status === 'completed') {
        const completed_at = new Date(Date.parse(started_at) + session.hours * 3_600_000).toISOString();
        updateRow(tx, 'research_sessions', id, { completed_at });
      }
      for (const { gone } of session.evidence) {
        const evidence = insertRow(tx, 'evidence', { session_id: id, source_type: 'manual_entry' });
        if (gone) removeRow(tx, 'evidence', evidence);
      }
      const claims = session.claims.map(({ agreed }) =>
        insertRow(tx, 'research_claims', { session_id: id, claim_text: 'C', consensus_reached: agreed }),
      );
      for (const [number, { gone, merged }] of session.claims.entries()) {
        const claim = claims[number] ?? '';
        if (merged) updateRow(tx, 'research_claims', claim, { merged_into: claims[0] ?? null });
        if (gone) removeRow(tx, 'research_claims', claim);
      }
      if (session.gone) removeRow(tx, 'research_sessions', id);
      return id;
    }),
  ).result;
}

const counts = (rows: readonly Child[]): number => rows.filter(({ gone }) => !gone).length;
const live = (claims: readonly Claim[]): Claim[] => claims.filter(({ gone, merged }) => !gone && !merged);

test('statistics and active sessions are what counting by hand says, however many children meet', () => {
  fc.assert(
    fc.property(sessions, fc.integer({ min: 1, max: 28 }), fc.integer({ min: 1, max: 28 }), (given, a, b) => {
      withWorkspace((workspace) => {
        const ids = write(workspace, given);
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const within = given.filter(({ gone, day }) => !gone && day >= from && day <= to);
        const claims = within.flatMap((session) => live(session.claims));
        const completed = within.filter(({ status }) => status === 'completed');
        const hours = completed.reduce((sum, session) => sum + session.hours, 0) / completed.length;
        const found = sessionStatistics(workspace.replica.db, { from: dayOf(from), to: dayOf(to) });
        expect({ ...found, meanHours: null }).toEqual({
          sessions: within.length,
          completed: completed.length,
          meanHours: null,
          evidence: within.reduce((sum, session) => sum + counts(session.evidence), 0),
          claims: claims.length,
          claimsPerSession: within.length === 0 ? null : claims.length / within.length,
          consensus:
            claims.length === 0 ? null : claims.filter(({ agreed }) => agreed).length / claims.length,
        });
        if (completed.length === 0) expect(found.meanHours).toBeNull();
        else expect(found.meanHours).toBeCloseTo(hours, 3);

        const active = given.flatMap((session, at) =>
          session.gone || session.status !== 'active'
            ? []
            : [{ id: ids[at], evidence: counts(session.evidence), claims: live(session.claims).length }],
        );
        const byId = (x: { id?: string | undefined }, y: { id?: string | undefined }) =>
          (x.id ?? '').localeCompare(y.id ?? '');
        expect(
          activeSessions(workspace.replica.db)
            .map(({ id, evidence, claims: said }) => ({ id, evidence, claims: said }))
            .toSorted(byId),
        ).toEqual(active.toSorted(byId));
      });
    }),
    { seed: 20260311, numRuns: 25 },
  );
});

test('evidence is counted between bounds, the first of each span included', () => {
  withWorkspace((workspace) => {
    const moments = ['2026-03-01T23:59:00.000Z', '2026-03-02T00:00:00.000Z', '2026-03-08T12:00:30.000Z'];
    transact(workspace.replica, { command: 'test' }, (tx) => {
      const session_id = insertRow(tx, 'research_sessions', { title: 'Weeks' });
      const add = (created_at: string) =>
        insertRow(tx, 'evidence', { session_id, created_at, source_type: 'manual_entry' });
      for (const moment of moments) add(moment);
      removeRow(tx, 'evidence', add('2026-03-03T00:00:00.000Z'));
    });
    const bounds = ['2026-02-23', '2026-03-02', '2026-03-09', '2026-03-16'].map(
      (day) => `${day}T00:00:00.000Z`,
    );
    expect(evidenceBetween(workspace.replica.db, bounds)).toEqual([1, 2, 0]);
    expect(evidenceBetween(workspace.replica.db, bounds.slice(0, 1))).toEqual([]);
  });
});

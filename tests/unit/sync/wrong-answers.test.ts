import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCursors } from '../../../db/replica/sync/cursors.ts';
import { waitingToSend } from '../../../db/replica/sync/outbox.ts';
import type { ServerCall } from '../../../sync/client/effects.ts';
import { type Answer, sync, withDevices } from '../../helpers/devices.ts';
import { addEvidence, addSession } from '../../helpers/replica.ts';
import { change, changed } from '../../helpers/wrong-messages.ts';

const cases = Number(process.env['WORKBENCH_CASES'] ?? 40);
const seed = Number(process.env['WORKBENCH_SEED'] ?? 5);
const calls: readonly ServerCall[] = ['hello', 'push', 'pull', 'digest', 'rows', 'stamps'];

/** An answer with something wrong in one of its lines, or cut, or not of the protocol at all. */
const spoilt = fc.oneof(
  fc.record({ kind: fc.constant('changed' as const), line: fc.nat(), change }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat() }),
  fc.record({
    kind: fc.constant('bytes' as const),
    at: fc.nat(),
    byte: fc.constantFrom('"', '[', '{', '\u0000', '\ud800'),
  }),
  fc.record({
    kind: fc.constant('other' as const),
    text: fc.constantFrom('', 'null', '[]', '<html>', '{"__proto__":1}', '['.repeat(100_000)),
    status: fc.constantFrom(200, 204, 302, 400, 404, 409, 500),
  }),
);
type Spoilt = typeof spoilt extends fc.Arbitrary<infer S> ? S : never;

function spoil(text: string, how: Spoilt): { readonly status: number; readonly text: string } {
  if (how.kind === 'other') return { status: how.status, text: how.text };
  if (how.kind === 'cut') return { status: 200, text: text.slice(0, how.at % Math.max(1, text.length)) };
  if (how.kind === 'bytes') {
    const at = how.at % Math.max(1, text.length);
    return { status: 200, text: text.slice(0, at) + how.byte + text.slice(at + 1) };
  }
  const lines = text.trimEnd().split('\n');
  const at = how.line % lines.length;
  const { path, value, what } = how.change;
  lines[at] = JSON.stringify(changed(JSON.parse(lines[at] ?? 'null'), path, value, what)) ?? '';
  return { status: 200, text: `${lines.join('\n')}\n` };
}

test('[P9] [P16] whatever comes for an answer, a cycle ends with a word, no bad page moves a cursor, and nothing of one’s own is lost', () => {
  const ends = new Map<string, number>();
  fc.assert(
    fc.property(fc.constantFrom(...calls), spoilt, (call, how) => {
      withDevices((a, b, server) => {
        const good: Answer = (name, text) => server.answer(name, text);
        const session = addSession(a);
        for (let at = 0; at < 3; at += 1) addEvidence(a, session, `found ${at}`);
        sync(a, good);
        sync(b, good);
        addEvidence(a, session, 'later');
        sync(a, good);
        addSession(b, 'of B');
        const [before, waiting] = [readCursors(b.replica.db), waitingToSend(b.replica.db).count];
        let wasSpoilt = false;
        const bad: Answer = (name, text) => {
          const reply = good(name, text);
          if (name !== call || reply === null || wasSpoilt) return reply;
          wasSpoilt = true;
          return spoil(reply.text, how);
        };
        const { end } = sync(b, bad);
        ends.set(end, (ends.get(end) ?? 0) + 1);
        if (end === 'bad-answer' && call === 'pull') {
          const known = new Set(before.map(({ scope }) => scope));
          expect(readCursors(b.replica.db).filter(({ scope }) => known.has(scope))).toEqual(before);
        }
        // Only an answer of the server takes something out of the queue.
        if (end !== 'done' && call === 'hello') expect(waitingToSend(b.replica.db).count).toBe(waiting);
        // The line is good again: everything arrives after all.
        for (let turn = 0; turn < 3; turn += 1) sync(b, good);
        expect(waitingToSend(b.replica.db).count).toBe(0);
      });
    }),
    { seed, numRuns: cases, endOnFailure: true },
  );
  expect(ends.get('bad-answer') ?? 0).toBeGreaterThan(cases / 10);
});

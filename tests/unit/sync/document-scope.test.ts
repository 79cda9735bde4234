import fc from 'fast-check';
import { expect, test } from 'vitest';
import { documentScope, type DocumentUse } from '../../../sync/core/document-scope.ts';

const use = (session: string | null, project: string | null, restricted = false): DocumentUse => ({
  session,
  project,
  restricted,
});

test('[P18] a document stands in the project of its sessions, in the session where that is restricted or in no project', () => {
  expect(documentScope('project:a', [use('s', 'b')])).toBe('project:b');
  expect(documentScope('project:a', [use('s', 'a', true)])).toBe('session:s');
  expect(documentScope('project:a', [use('s', null)])).toBe('session:s');
  expect(documentScope('project:a', [])).toBe('project:a');
  // One that is used in several places stays as long as one of them asks for that.
  expect(documentScope('project:a', [use('s', 'b'), use('t', 'a')])).toBe('project:a');
  expect(documentScope('project:a', [use('s', 'c'), use('t', 'b')])).toBe('project:b');
  expect(documentScope('session:s', [use('s', 'a', true), use(null, 'a')])).toBe('project:a');
});

test('[P18] the place follows from the uses alone in any order, and once taken it stays', () => {
  const name = fc.constantFrom('a', 'b', 'c');
  const uses = fc.array(
    fc.record({ session: fc.option(name), project: fc.option(name), restricted: fc.boolean() }),
    { maxLength: 5 },
  );
  const current = name.map((id) => `project:${id}`);
  fc.assert(
    fc.property(current, uses, (from, all) => {
      const to = documentScope(from, all);
      expect(documentScope(from, all.toReversed())).toBe(to);
      expect(documentScope(to, all)).toBe(to);
    }),
    { seed: 20261121 },
  );
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..', '..');

/** Rules of merging are MR1 and so on, those of the protocol P1 and so on. */
function rulesOf(where: string): string[] {
  const spec = readFileSync(join(root, 'sync/core/SPEC.md'), 'utf8');
  return [...spec.matchAll(/^\| (MR\d+|P\d+) \| (\w+) \|/gm)]
    .filter((match) => match[2] === where)
    .map((match) => match[1] ?? '');
}

function citations(): Set<string> {
  const files = readdirSync(join(root, 'tests'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
  return new Set(
    files.flatMap((text) => [...text.matchAll(/\[(MR\d+|P\d+)\]/g)].map((match) => match[1] ?? '')),
  );
}

test('every rule that holds is proved by a test that names it', () => {
  expect(rulesOf('core').filter((rule) => !citations().has(rule))).toEqual([]);
});

test('every rule that a test names is in the list', () => {
  const known = new Set([...rulesOf('core'), ...rulesOf('server'), ...rulesOf('later')]);
  expect([...citations()].filter((rule) => !known.has(rule))).toEqual([]);
  expect([...known].filter((rule) => rule.startsWith('MR')).length).toBe(30);
});

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

interface Entry {
  readonly version?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const root = path.resolve(import.meta.dirname, '..', '..', '..');
const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, Entry>>;
};

/** Whether a package sees another: beside it or in a folder above. */
function sees(from: string, name: string): boolean {
  for (let place = from; ; place = place.slice(0, Math.max(0, place.lastIndexOf('/node_modules/')))) {
    if (lock.packages[`${place === '' ? '' : `${place}/`}node_modules/${name}`] !== undefined) return true;
    if (!place.includes('/')) return lock.packages[`node_modules/${name}`] !== undefined;
  }
}

test('the lock names the optional packages of every platform, so that npm ci accepts it on each', () => {
  const missing = Object.entries(lock.packages).flatMap(([place, entry]) =>
    Object.keys(entry.optionalDependencies ?? {}).filter((name) => !sees(place, name)),
  );
  expect(missing).toEqual([]);
});

test('every package of the lock has a version', () => {
  const without = Object.entries(lock.packages).filter(
    ([place, entry]) => place !== '' && entry.version === undefined,
  );
  expect(without).toEqual([]);
});

test('no package runs a script when it is installed', () => {
  expect(readFileSync(path.join(root, '.npmrc'), 'utf8')).toContain('ignore-scripts=true');
});

import { expect, test } from 'vitest';
import { SyncProgress } from '../../../main/host/services/sync-progress.ts';
import type { StoreEffect } from '../../../sync/client/effects.ts';

function effect(call: StoreEffect['call'], input: unknown): StoreEffect {
  return { to: 'store', call, input } as StoreEffect;
}

const greeted = effect('greeted', {
  scopes: [
    { scope: 'a', rows: '700' },
    { scope: 'b', rows: '400' },
    { scope: 'not taken along', rows: '9000' },
  ],
});
const taken = { want: [{ scope: 'a' }, { scope: 'b' }] };
const pushed = (count: number) => effect('pushed', { results: Array.from({ length: count }, () => ({})) });
const page = effect('applyPage', {});

test('what is sent is counted in transactions, then what is taken in rows, against what the greeting said', () => {
  const clock = { now: 0 };
  const progress = new SyncProgress({ now: () => clock.now, waiting: 40, here: 100 });
  expect(progress.note(greeted, taken)).toBe(false);
  expect(progress.shown()).toEqual({ phase: 'sending', done: 0, total: 40, secondsLeft: null });
  expect(progress.note(pushed(4), null)).toBe(true);
  // The answer to a push is taken up with the next batch, too, and a page between two pushes is no end of the sending.
  expect(progress.note(effect('takeBatch', { answered: { results: Array(6).fill({}) } }), null)).toBe(true);
  expect(progress.note(effect('takeBatch', { answered: null }), null)).toBe(false);
  expect(progress.note(effect('applyBeside', {}), { rows: 250 })).toBe(false);
  clock.now = 2000;
  expect(progress.shown()).toEqual({ phase: 'sending', done: 10, total: 40, secondsLeft: 6 });
  expect(progress.note(page, { rows: 250 })).toBe(true);
  expect(progress.shown()).toEqual({ phase: 'taking', done: 250, total: 1000, secondsLeft: null });
  clock.now = 4000;
  progress.note(page, { rows: 250 });
  expect(progress.shown()).toEqual({ phase: 'taking', done: 500, total: 1000, secondsLeft: 2 });
});

test('a later cycle has no end that anybody knows, and one in which nothing moves shows nothing', () => {
  const progress = new SyncProgress({ now: () => 0, waiting: 0, here: null });
  progress.note(greeted, taken);
  expect(progress.shown()).toBeNull();
  progress.note(page, { rows: 3 });
  expect(progress.shown()).toEqual({ phase: 'taking', done: 3, total: null, secondsLeft: null });
});

test('more than was counted may come: the total grows rather than the share', () => {
  const progress = new SyncProgress({ now: () => 0, waiting: 0, here: 1099 });
  progress.note(greeted, taken);
  progress.note(page, { rows: 5 });
  expect(progress.shown()).toMatchObject({ done: 5, total: 5 });
});

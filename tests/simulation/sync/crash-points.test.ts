import { expect, test } from 'vitest';
import { crashEverywhere } from './crash-points.ts';

/** Each statement is `npm run sim -- --crashes`; here a part of them. */
test('[MR22] a laptop that stops between any two statements of a cycle loses nothing and doubles nothing', async () => {
  const { stops, faults } = await crashEverywhere({ every: 12 });
  expect(faults).toEqual([]);
  expect(stops).toBeGreaterThan(20);
}, 300_000);

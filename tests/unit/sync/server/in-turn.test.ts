import { expect, test } from 'vitest';
import { InTurn } from '../../../../sync/server/feed/in-turn.ts';

test('[P33] work under one name is done in its order, whatever becomes of it; other names do not wait', async () => {
  const turns = new InTurn();
  const told: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = turns.run('a', async () => {
    told.push('first begins');
    await gate.promise;
    told.push('first ends');
    throw new Error('refused');
  });
  const second = turns.run('a', async () => {
    told.push('second');
    return 2;
  });
  await turns.run('b', async () => {
    told.push('other');
  });
  expect(told).toEqual(['first begins', 'other']);
  gate.resolve();
  await expect(first).rejects.toThrow('refused');
  expect(await second).toBe(2);
  await turns.run('a', async () => {
    told.push('third');
  });
  expect(told).toEqual(['first begins', 'other', 'first ends', 'second', 'third']);
});

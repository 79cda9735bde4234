import { expect, test } from 'vitest';
import { InTurn, type Turn } from '../../../../sync/server/feed/in-turn.ts';

/** Work that says when it begins and ends; it goes on where `until` says so. */
function telling(told: string[], name: string, until?: Promise<void>): Turn<string, string> {
  return {
    ahead: () => {
      told.push(`${name} is made ready`);
      return Promise.resolve(`${name} is ready`);
    },
    work: async (ahead, given) => {
      told.push(`${name} begins`);
      if (until !== undefined) {
        given();
        await until;
      }
      told.push(`${name} ends`);
      return ahead ?? 'nothing was made ready';
    },
  };
}

test('[P33] work under one name is done in its order, whatever becomes of it; other names do not wait', async () => {
  const turns = new InTurn();
  const told: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = turns.run('a', {
    ...telling(told, 'first'),
    work: async () => {
      told.push('first begins');
      await gate.promise;
      throw new Error('refused');
    },
  });
  const second = turns.run('a', telling(told, 'second'));
  expect(await turns.run('b', telling(told, 'other'))).toBe('nothing was made ready');
  expect(told).toEqual(['first begins', 'other begins', 'other ends']);
  gate.resolve();
  await expect(first).rejects.toThrow('refused');
  expect(await second).toBe('second is ready');
  await turns.run('a', telling(told, 'third'));
  const work = told.slice(3).filter((each) => !each.endsWith('ready'));
  expect(work).toEqual(['second begins', 'second ends', 'third begins', 'third ends']);
});

test('what stands behind work that only waits is made ready, one ahead, and begins when that has ended', async () => {
  const turns = new InTurn();
  const told: string[] = [];
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
  const first = turns.run('a', telling(told, 'first', gates[0].promise));
  const ready = Promise.withResolvers<void>();
  const secondTurn = telling(told, 'second', gates[1].promise);
  const second = turns.run('a', {
    ...secondTurn,
    ahead: () => secondTurn.ahead().finally(ready.resolve),
  });
  const third = turns.run('a', telling(told, 'third'));
  await ready.promise;
  expect(told).toEqual(['first begins', 'second is made ready']);
  gates[0].resolve();
  expect(await first).toBe('nothing was made ready');
  gates[1].resolve();
  expect(await second).toBe('second is ready');
  await third;
  expect(told.indexOf('second begins')).toBeGreaterThan(told.indexOf('first ends'));
  expect(told.indexOf('third is made ready')).toBeGreaterThan(told.indexOf('second begins'));
  expect(told.indexOf('third begins')).toBeGreaterThan(told.indexOf('second ends'));
});

test('what fails ahead of its turn does not let the next begin before its turn', async () => {
  const turns = new InTurn();
  const told: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = turns.run('a', telling(told, 'first', gate.promise));
  const second = turns.run('a', {
    ...telling(told, 'second'),
    ahead: () => Promise.reject(new Error('does not fit')),
  });
  const third = turns.run('a', telling(told, 'third'));
  await expect(second).rejects.toThrow('does not fit');
  expect(told).toEqual(['first begins']);
  gate.resolve();
  await first;
  await third;
  expect(told).toEqual(['first begins', 'first ends', 'third is made ready', 'third begins', 'third ends']);
});

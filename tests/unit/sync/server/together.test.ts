import { expect, test } from 'vitest';
import { together } from '../../../../sync/server/feed/together.ts';

const failing = (code: string) => Promise.reject(Object.assign(new Error(code), { code }));
const later = () => new Promise<void>((resolve) => setImmediate(resolve));

test('[P5] statements given together have all ended before one’s failure is told, and the first failure is told', async () => {
  let ended = false;
  const slow = later().then(() => {
    ended = true;
  });
  const passedOn = later().then(() => failing('25P02'));
  await expect(together([passedOn, failing('23505'), slow])).rejects.toMatchObject({ code: '23505' });
  expect(ended).toBe(true);
  await expect(together([failing('25P02')])).rejects.toMatchObject({ code: '25P02' });
  expect(await together([Promise.resolve(1), later(), Promise.resolve('b')])).toEqual([1, undefined, 'b']);
});

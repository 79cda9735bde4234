import { expect, test } from 'vitest';
import { together } from '../../../../sync/server/store/together.ts';

const failing = (code: string) => Promise.reject(Object.assign(new Error(code), { code }));

test('[P5] statements given together have all ended before one’s failure is told, and the cause is told', async () => {
  let ended = false;
  const slow = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
    ended = true;
  });
  await expect(together([failing('25P02'), failing('23505'), slow])).rejects.toMatchObject({ code: '23505' });
  expect(ended).toBe(true);
  await expect(together([failing('25P02')])).rejects.toMatchObject({ code: '25P02' });
  await together([Promise.resolve()]);
});

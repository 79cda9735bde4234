import { expect, test } from 'vitest';
import { readRange } from '../../../renderer/features/reader/read-range.ts';

const file = Uint8Array.from({ length: 1000 }, (_, at) => at % 251);

/** A host that answers with at most `most` bytes at once, as the real one does with 4 MiB. */
function host(most: number, length = file.length) {
  const bytes = ({ start, end }: { start: number; end: number }) =>
    Promise.resolve({
      data: new Blob([file.slice(start, Math.min(end, start + most, length))]),
      total: length,
    });
  return { documents: { bytes: bytes as never } };
}

test('a range longer than one answer is put together from several', async () => {
  expect(await readRange(host(64), '', 10, 990)).toEqual(file.slice(10, 990));
  expect(await readRange(host(4096), '', 0, 1000)).toEqual(file);
});

test('a file that ends early is an error, not a short answer', async () => {
  await expect(readRange(host(64, 500), '', 400, 600)).rejects.toThrow(/shorter/);
});

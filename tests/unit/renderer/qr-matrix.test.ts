import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { qrMatrix, type QrMatrix } from '../../../renderer/ui/qr/matrix.ts';

function drawn(matrix: QrMatrix | null): string[] {
  return (matrix ?? []).map((row) => row.map((on) => (on ? '#' : '.')).join(''));
}

const address = (length: number): string => 'otpauth://totp/StratMaster%20Workbench:'.padEnd(length, 'abc9');

test('a code is as wide as its version, and has its finders, its timing and its dark module', () => {
  for (const [length, version] of [
    [14, 1],
    [15, 2],
    [152, 8],
    [153, 9],
    [666, 20],
  ] as const) {
    const lines = drawn(qrMatrix(address(length).slice(0, length)));
    const side = version * 4 + 17;
    expect([length, lines.length]).toEqual([length, side]);
    for (const corner of [
      lines.slice(0, 7).map((line) => line.slice(0, 7)),
      lines.slice(0, 7).map((line) => line.slice(-7)),
      lines.slice(-7).map((line) => line.slice(0, 7)),
    ]) {
      expect(corner).toEqual(['#######', '#.....#', '#.###.#', '#.###.#', '#.###.#', '#.....#', '#######']);
    }
    expect(lines[6]?.slice(8, 13)).toBe('#.#.#');
    expect(lines[side - 8]?.[8]).toBe('#');
  }
  expect(qrMatrix(address(667))).toBeNull();
});

test('what is drawn is what another program has read back, for every version', () => {
  // Pinned when each of these was read by an independent decoder, which gave the text again.
  const lengths = [
    1, 14, 26, 61, 90, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624, 666,
  ];
  const hash = createHash('sha256');
  for (const length of lengths) hash.update(drawn(qrMatrix(address(length).slice(0, length))).join('\n'));
  expect(hash.digest('hex').slice(0, 16)).toBe('ae195d7fec158438');
});

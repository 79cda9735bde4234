import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyWrite, type CellState, dismissWrites, emptyCell } from '../../../sync/core/cell.ts';
import { newClock, nextStamp, observeStamp } from '../../../sync/core/clock.ts';
import { lostWrites, openConflicts, winner } from '../../../sync/core/kinds.ts';
import { decodeStamp, encodeStamp, maximumCounter } from '../../../sync/core/stamp.ts';

const [a, b] = ['00000000000000aa', '00000000000000bb'];
const stampAt = (milliseconds: number, session = a) => encodeStamp({ milliseconds, counter: 0, session });
const register = { kind: 'register' } as const;

describe('the clock', () => {
  test('[MR1] stamps of a session strictly increase, whatever the wall clock says', () => {
    const wall = fc.oneof(
      fc.double(),
      fc.integer({ min: -1e15, max: 1e15 }),
      fc.constantFrom(Number.NaN, Infinity, 0),
    );
    fc.assert(
      fc.property(fc.array(wall, { minLength: 2, maxLength: 60 }), (walls) => {
        let clock = newClock;
        let last = '';
        for (const now of walls) {
          const next = nextStamp(clock, now, a);
          expect(next.stamp > last).toBe(true);
          last = next.stamp;
          clock = next.clock;
        }
      }),
      { seed: 3 },
    );
  });

  test('[MR1] a full counter carries into the milliseconds', () => {
    const { stamp } = nextStamp({ milliseconds: 5, counter: maximumCounter }, 5, a);
    expect(decodeStamp(stamp)).toEqual({ milliseconds: 6, counter: 0, session: a });
  });

  test('[MR3] a stamp from the far future moves the clock by a minute at most', () => {
    const clock = observeStamp(newClock, stampAt(9_000_000_000_000), 1_000_000);
    expect(clock).toEqual({ milliseconds: 1_060_000, counter: 0 });
  });
});

describe('a cell', () => {
  const write = (stamp: string, value: string) => ({ stamp, value });

  test('[MR2] is told apart by stamps alone: the same value twice is two writes, the same stamp twice is one', () => {
    let cell = applyWrite(emptyCell, write(stampAt(1), 'x'), { base: [] });
    cell = applyWrite(cell, write(stampAt(1), 'x'), { base: [] });
    expect(cell.live.size).toBe(1);
    cell = applyWrite(cell, write(stampAt(1, b), 'x'), { base: [] });
    expect(cell.live.size).toBe(2);
    expect(openConflicts(cell, register)).toEqual([]);
  });

  test('[MR3] shows the highest place, and of equal ones the highest stamp', () => {
    let cell = applyWrite(emptyCell, write(stampAt(5, a), 'a'), { base: [] });
    cell = applyWrite(cell, write(stampAt(5, b), 'b'), { base: [] });
    expect(winner(cell, register)?.value).toBe('b');
    cell = applyWrite(cell, { ...write(stampAt(1), 'moved'), at: 9 }, { base: [] });
    expect(winner(cell, register)?.value).toBe('moved');
  });

  test('[MR7] a superseded stamp does not come alive when its write arrives late', () => {
    let cell = applyWrite(emptyCell, write(stampAt(2), 'new'), { base: [stampAt(1)] });
    cell = applyWrite(cell, write(stampAt(1), 'old'), { base: [] });
    expect([...cell.live.values()].map((each) => each.value)).toEqual(['new']);
  });

  test('[MR14] a dismissed write is kept, shown to nobody, and does not win again', () => {
    let cell = applyWrite(emptyCell, write(stampAt(9), 'kept'), { base: [] });
    cell = applyWrite(cell, write(stampAt(8, b), 'lost'), { base: [] });
    expect(lostWrites(cell, register)).toHaveLength(1);
    cell = dismissWrites(cell, [stampAt(8, b)]);
    expect(openConflicts(cell, register)).toEqual([]);
    expect(winner(cell, register)?.value).toBe('kept');
  });

  test('[MR28] any order and any repetition of the same writes leads to the same state', () => {
    const stamps = Array.from(
      { length: 6 },
      (_, at) => stampAt(at % 3, at % 2 === 0 ? a : b).slice(0, 31) + String(at),
    );
    const writes = fc.array(
      fc.record({
        at: fc.nat(5),
        base: fc.subarray([0, 1, 2, 3, 4, 5]),
        seen: fc.subarray([0, 1, 2, 3, 4, 5]),
      }),
      { maxLength: 6 },
    );
    const apply = (cell: CellState, each: { at: number; base: number[]; seen: number[] }) =>
      applyWrite(cell, write(stamps[each.at]!, `v${each.at}`), {
        base: each.base.filter((n) => n !== each.at).map((n) => stamps[n]!),
        seen: each.seen.map((n) => stamps[n]!),
      });
    const shape = (cell: CellState) => [
      [...cell.live.keys()].toSorted(),
      [...cell.superseded].toSorted(),
      [...cell.demoted].toSorted(),
      winner(cell, register)?.stamp,
    ];
    fc.assert(
      fc.property(writes, fc.infiniteStream(fc.nat()), (history, dice) => {
        const unique = [...new Map(history.map((each) => [each.at, each])).values()];
        const shuffled = unique
          .map((each) => [dice.next().value, each] as const)
          .toSorted((x, y) => x[0] - y[0])
          .map(([, each]) => each);
        const forward = unique.reduce(apply, emptyCell);
        expect(shape([...shuffled, ...shuffled].reduce(apply, emptyCell))).toEqual(shape(forward));
      }),
      { seed: 5 },
    );
  });
});

import type { MergeKind } from '../../db/catalogue/types.ts';
import { compareWrites } from './cell.ts';
import type { CellState, Write } from './cell.ts';
import { noMutants } from './mutants.ts';
import type { Mutants } from './mutants.ts';
import { sameValue } from './value.ts';

/** What the merge needs to know of a column. `silent`: lost writes of a `once` column tell nobody. */
export interface CellRule {
  readonly kind: MergeKind;
  readonly silent?: boolean;
}

function lowestStamp(writes: readonly Write[]): Write | undefined {
  return writes.reduce<Write | undefined>((low, w) => (low && low.stamp < w.stamp ? low : w), undefined);
}

function highestInOrder(writes: readonly Write[], mutants: Mutants): Write | undefined {
  if (mutants.tieOnArrival) {
    return writes.reduce<Write | undefined>((top, w) => {
      const tie = top && top.stamp.slice(0, 16) === w.stamp.slice(0, 16);
      return top && (tie || compareWrites(top, w) > 0) ? top : w;
    }, undefined);
  }
  return writes.reduce<Write | undefined>(
    (top, w) => (top && compareWrites(top, w) > 0 ? top : w),
    undefined,
  );
}

/** The write whose value the cell shows, or undefined where nothing is live. */
export function winner(cell: CellState, rule: CellRule, mutants: Mutants = noMutants): Write | undefined {
  if (cell.live.size < 2) return cell.live.values().next().value;
  const live = [...cell.live.values()];
  if (rule.kind === 'once' && !mutants.onceTakesHighest) return lowestStamp(live);
  const open = mutants.demotedCanWin ? live : live.filter((w) => !cell.demoted.has(w.stamp));
  return highestInOrder(open.length > 0 ? open : live, mutants);
}

/** Live writes of another value than the shown one, in stamp order. */
export function lostWrites(cell: CellState, rule: CellRule, mutants: Mutants = noMutants): Write[] {
  const shown = winner(cell, rule, mutants);
  if (shown === undefined) return [];
  return [...cell.live.values()]
    .filter((w) => w.stamp !== shown.stamp && !sameValue(w.value, shown.value))
    .toSorted((a, b) => (a.stamp < b.stamp ? -1 : 1));
}

/** True where a lost write of this kind is shown to a person: an order move and a set removal are not. */
export function makesConflicts(rule: CellRule): boolean {
  if (rule.kind === 'once') return rule.silent !== true;
  return rule.kind === 'register' || rule.kind === 'map' || rule.kind === 'judgement' || rule.kind === 'text';
}

/** Lost writes that nobody has dismissed: the cell's open conflicts. */
export function openConflicts(cell: CellState, rule: CellRule, mutants: Mutants = noMutants): Write[] {
  if (!makesConflicts(rule)) return [];
  return lostWrites(cell, rule, mutants).filter((w) => !cell.dismissed.has(w.stamp));
}

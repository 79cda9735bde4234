/** Digits of order keys in text order, so that comparing keys as text compares them as fractions. */
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const keyShape = /^[0-9A-Za-z]*[1-9A-Za-z]$/;

function digitAt(key: string, at: number): number {
  return at < key.length ? digits.indexOf(key.charAt(at)) : 0;
}

function checked(key: string | null): string | null {
  if (key === null || keyShape.test(key)) return key;
  throw new RangeError('An order key is digits and letters, and does not end in 0.');
}

/**
 * A key after `left` and before `right` (MR11), where null is the open end: base-62 fractions of unbounded length that never end
 * in zero, so that between two keys there is always another. Throws `RangeError` where `left` is not before `right`.
 */
export function keyBetween(left: string | null, right: string | null): string {
  const low = checked(left) ?? '';
  const high = checked(right);
  if (high !== null && low >= high) throw new RangeError('The left key has to be before the right one.');
  let key = '';
  for (let at = 0, free = high === null; ; at += 1) {
    const from = digitAt(low, at);
    // Below the right key's own digits every digit is free: what was taken already is smaller.
    const to = free || high === null ? digits.length : digitAt(high, at);
    if (to - from > 1) {
      // At the open end keys grow by one, so that a list that is appended to keeps short keys.
      const appended = high === null && at < low.length;
      return key + digits.charAt(appended ? from + 1 : from + Math.ceil((to - from) / 2));
    }
    key += digits.charAt(from);
    free ||= to > from;
  }
}

/** What an insert into an ordered list writes: its own key, and new keys for rows at their places in the list. */
export interface Placement {
  readonly key: string;
  readonly moved: ReadonlyMap<number, string>;
}

/**
 * The key of a row that is put before the row at `at` in a list whose keys are given in their order. Where both neighbours have
 * one key (two laptops inserted at one place), the rows of that run to the right get new keys in the same transaction (MR11);
 * nothing else is ever re-keyed.
 */
export function placeAt(keys: readonly string[], at: number): Placement {
  const left = keys[at - 1] ?? null;
  const right = keys[at] ?? null;
  if (left === null || right === null || left < right)
    return { key: keyBetween(left, right), moved: new Map() };
  let end = at;
  while (keys[end] === left) end += 1;
  const bound = keys[end] ?? null;
  const key = keyBetween(left, bound);
  const moved = new Map<number, string>();
  let last = key;
  for (let each = at; each < end; each += 1) {
    last = keyBetween(last, bound);
    moved.set(each, last);
  }
  return { key, moved };
}

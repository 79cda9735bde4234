/** A part of the base that one side replaced: tokens `start` to `end` of the base became `tokens`. */
interface Hunk {
  readonly start: number;
  readonly end: number;
  readonly tokens: readonly string[];
}

/** Words, runs of white space and single marks: what people change as one. */
function tokensOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}\p{M}_]+|\s+|[^\p{L}\p{N}\p{M}_\s]/gu) ?? [];
}

/** Above this many pairs of tokens a changed middle counts as wholly replaced: time and memory stay bounded. */
const comparedPairs = 4_000_000;

/** Places of a longest common subsequence of two token lists, in order. */
function commonPairs(a: readonly string[], b: readonly string[]): (readonly [number, number])[] {
  if (a.length * b.length > comparedPairs) return [];
  const width = b.length + 1;
  const longest = new Uint32Array((a.length + 1) * width);
  const at = (x: number, y: number) => longest[x * width + y] ?? 0;
  for (let x = a.length - 1; x >= 0; x -= 1) {
    for (let y = b.length - 1; y >= 0; y -= 1) {
      longest[x * width + y] = a[x] === b[y] ? at(x + 1, y + 1) + 1 : Math.max(at(x + 1, y), at(x, y + 1));
    }
  }
  const pairs: (readonly [number, number])[] = [];
  for (let x = 0, y = 0; x < a.length && y < b.length;) {
    if (a[x] === b[y]) pairs.push([x++, y++]);
    else if (at(x + 1, y) >= at(x, y + 1)) x += 1;
    else y += 1;
  }
  return pairs;
}

/** Where `b` differs from `a`. The common start and end are set aside first: most edits are small. */
function hunksOf(a: readonly string[], b: readonly string[]): Hunk[] {
  const shorter = Math.min(a.length, b.length);
  let head = 0;
  while (head < shorter && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  const [endA, endB] = [a.length - tail, b.length - tail];
  const inner = commonPairs(a.slice(head, endA), b.slice(head, endB));
  const hunks: Hunk[] = [];
  let [fromA, fromB] = [head, head];
  for (const [x, y] of [...inner.map(([x, y]) => [x + head, y + head] as const), [endA, endB] as const]) {
    if (x > fromA || y > fromB) hunks.push({ start: fromA, end: x, tokens: b.slice(fromB, y) });
    [fromA, fromB] = [x + 1, y + 1];
  }
  return hunks;
}

/** What one side makes of a region of the base. */
function applied(base: readonly string[], start: number, end: number, hunks: readonly Hunk[]): string {
  const out: string[] = [];
  let at = start;
  for (const hunk of hunks) {
    out.push(...base.slice(at, hunk.start), ...hunk.tokens);
    at = hunk.end;
  }
  return [...out, ...base.slice(at, end)].join('');
}

/** True where two changes of the base cannot both be made: they share a token, or insert at one place. */
function overlaps(regionStart: number, regionEnd: number, hunk: Hunk): boolean {
  return (
    hunk.start < regionEnd ||
    (regionStart === regionEnd && hunk.start === hunk.end && hunk.start === regionEnd)
  );
}

/** Two versions of one place, apart from each other. */
function joinedVersions(first: string, second: string): string {
  const apart = first === '' || second === '' || /\s$/.test(first) || /^\s/.test(second);
  return apart ? first + second : `${first}\n${second}`;
}

/**
 * Two texts that grew from one base, as one (MR10). What one side alone changed is taken from it; where both changed one place in
 * different ways both versions stay, `theirs` first: nothing that somebody wrote is dropped. Equal changes count once.
 */
export function mergeTexts(base: string, mine: string, theirs: string): string {
  const tokens = tokensOf(base);
  const sided = (text: string, own: boolean) =>
    hunksOf(tokens, tokensOf(text)).map((hunk) => ({ ...hunk, own }));
  const queue = [...sided(mine, true), ...sided(theirs, false)].toSorted(
    (a, b) => a.start - b.start || a.end - b.end,
  );
  const out: string[] = [];
  let at = 0;
  for (let first = queue.shift(); first !== undefined; first = queue.shift()) {
    const region = [first];
    let { end } = first;
    while (queue[0] !== undefined && overlaps(first.start, end, queue[0])) {
      region.push(queue[0]);
      end = Math.max(end, queue[0].end);
      queue.shift();
    }
    const side = (own: boolean) => region.filter((hunk) => hunk.own === own);
    const versions = [side(false), side(true)]
      .filter((hunks) => hunks.length > 0)
      .map((hunks) => applied(tokens, first.start, end, hunks));
    out.push(...tokens.slice(at, first.start), [...new Set(versions)].reduce(joinedVersions));
    at = end;
  }
  return [...out, ...tokens.slice(at)].join('');
}

/** What makes two sources one: they say it in the same words, or they are the same document. */
export interface Likeness {
  readonly a: string;
  readonly b: string;
}

/**
 * Sources by origin: sources that are alike, directly or through others, share one. Answers each source's origin, named by
 * the smallest id among its sources, so that the name does not depend on the order in which likenesses were found.
 */
export function originsOf(sources: Iterable<string>, likenesses: Iterable<Likeness>): Map<string, string> {
  const parent = new Map<string, string>();
  for (const source of sources) parent.set(source, source);
  const rootOf = (source: string): string => {
    let root = source;
    for (let next = parent.get(root); next !== undefined && next !== root; next = parent.get(root))
      root = next;
    for (let each = source; each !== root;) {
      const next = parent.get(each) ?? root;
      parent.set(each, root);
      each = next;
    }
    return root;
  };
  for (const { a, b } of likenesses) {
    if (!parent.has(a) || !parent.has(b)) continue;
    const [left, right] = [rootOf(a), rootOf(b)];
    if (left < right) parent.set(right, left);
    else if (right < left) parent.set(left, right);
  }
  return new Map([...parent.keys()].map((source) => [source, rootOf(source)]));
}

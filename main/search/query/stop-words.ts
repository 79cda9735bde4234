/**
 * English words that carry no topic. They are left out of queries, never out of the index, so that phrases keep working; one of
 * them in a disjunction costs more than all other words together.
 */
const stopWords: ReadonlySet<string> = new Set(
  `a about above after again all also am an and any are as at be because been before being between both but by can
  could did do does doing down during each either few for from further get had has have having he her here hers him
  his how i if in into is it its itself just me might more most much my no nor not of off on once only or other our
  ours out over own said same say shall she should so some such than that the their theirs them then there these
  they this those through to too under until up upon us very was we were what when where whether which while who
  whom whose why will with within without would you your yours`.split(/\s+/),
);

/** True for a word that a query is better off without. `word` is lower-case. */
export function isStopWord(word: string): boolean {
  return stopWords.has(word);
}

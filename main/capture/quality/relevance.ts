import { wordsOf } from '../analyse/words.ts';

/** Words of questions that say nothing about their subject. */
const stopWords = new Set(
  (
    'a an and are as at be been being but by can could did do does for from had has have how if in into is it its may ' +
    'might more most much no not of on or our should so than that the their them then there these they this those to ' +
    'was we were what when where which who whom whose why will with would you your about between over under'
  ).split(' '),
);

/** Occurrences of a term for each thousand words at which it has half of its full weight. */
const halfWeightPerThousand = 2;

/** Similarities of the model below `low` are unrelated texts, above `high` direct answers. */
const low = 0.1;
const high = 0.7;

/**
 * How relevant a text is to a research question, 0 to 1. Lexical: for each term of the question (stop words left out,
 * endings cut) its frequency f for each thousand words counts f / (f + 2), and the terms' mean is taken; terms of the
 * title count as frequent. Semantic, where the text has vectors: the cosine of its nearest passage, from .1 to .7
 * stretched to 0 to 1. Both together: their mean. Null where the question has no terms.
 */
export function relevance(
  question: string,
  title: string,
  text: string,
  nearestCosine: number | null,
): number | null {
  const terms = new Set(termsOf(question));
  if (terms.size === 0) return null;
  const lexical = lexicalRelevance(terms, termsOf(title), termsOf(text));
  if (nearestCosine === null) return lexical;
  const semantic = Math.min(1, Math.max(0, (nearestCosine - low) / (high - low)));
  return (lexical + semantic) / 2;
}

function lexicalRelevance(
  terms: ReadonlySet<string>,
  title: readonly string[],
  text: readonly string[],
): number {
  const counts = new Map<string, number>();
  for (const word of text) {
    if (terms.has(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const inTitle = new Set(title);
  let sum = 0;
  for (const term of terms) {
    const frequency = ((counts.get(term) ?? 0) / Math.max(200, text.length)) * 1000;
    const weight = frequency / (frequency + halfWeightPerThousand);
    sum += inTitle.has(term) ? Math.max(weight, 0.8) : weight;
  }
  return sum / terms.size;
}

function termsOf(text: string): string[] {
  return wordsOf(text)
    .filter((word) => !stopWords.has(word))
    .map(stem);
}

/** Cuts the commonest endings of English words, so that "batteries" meets "battery". */
function stem(word: string): string {
  if (word.length < 5) return word;
  return word.replace(/(?:ies|y)$/, 'i').replace(/(?:ings?|edly|ed|es|s)$/, '');
}

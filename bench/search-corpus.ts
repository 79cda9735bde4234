import { randomFrom } from './harness.ts';

/**
 * A synthetic corpus with the statistics that searching depends on: words by Zipf's law, documents on one of several
 * hundred topics with words of their own, phrases that come again. Vectors are a mixture of clusters with
 * correlated noise around a common mean, as sentence vectors have.
 */
export interface Corpus {
  word(): string;
  /** A word that a query would keep: the commonest hundred are the language's stop words. */
  contentWord(): string;
  topicWord(topic: number): string;
  topic(): number;
  passage(topic: number, words: number): string;
  /** The vector of a passage. */
  vector(topic: number): Float32Array;
  /** The vector of a short question: nearer to the mean, further from its topic, than a passage is. */
  question(topic: number): Float32Array;
}

const syllables =
  'ba ce di fo gu ha je ki lo mu na pe qui ro su ta ve wi xo zu bra cle dri fla gro ple sta tri'.split(' ');
const vocabulary = 40_000;
const stopWords = 100;
const topics = 500;
const noiseRank = 32;
/** Length of the mean of the real model's vectors. */
const meanLength = 0.47;

/** Makes the corpus of a seed; two of one seed yield the same sequence. */
export function corpus(seed: number, dimensions: number): Corpus {
  const random = randomFrom(seed);
  const shared = randomFrom(7);
  const unit = (source: () => number) => normal(dimensions, source);
  const mean = unit(shared);
  const centres = Array.from({ length: topics }, () => unit(shared));
  const directions = Array.from({ length: noiseRank }, () => unit(shared));
  const rank = () => Math.floor(Math.exp(random() * Math.log(vocabulary))) - 1;
  const mixed = (topic: number, topicality: number, own: number) => {
    const centre = centres[topic] ?? mean;
    const weights = directions.map(() => gaussian(random) / Math.sqrt(noiseRank));
    const raw = Float32Array.from({ length: dimensions }, (_, i) => {
      const noise = directions.reduce(
        (sum, direction, k) => sum + (direction[i] ?? 0) * (weights[k] ?? 0),
        0,
      );
      const single = (own * gaussian(random)) / Math.sqrt(dimensions);
      return meanLength * (mean[i] ?? 0) + topicality * (centre[i] ?? 0) + 0.5 * noise + single;
    });
    return scaled(raw);
  };
  const self: Corpus = {
    word: () => wordOf(rank()),
    contentWord() {
      let drawn = rank();
      while (drawn < stopWords) drawn = rank();
      return wordOf(drawn);
    },
    topicWord: (topic) =>
      wordOf(200 + ((topic * 37 + Math.floor(random() * random() * 60)) % (vocabulary - 200))),
    topic: () => Math.floor(random() * random() * topics),
    passage(topic, words) {
      const text: string[] = [];
      while (text.length < words) text.push(random() < 0.25 ? self.topicWord(topic) : self.word());
      return `${text.join(' ')}.`;
    },
    vector: (topic) => mixed(topic, 0.6, 0.4),
    question: (topic) => mixed(topic, 0.4, 0.7),
  };
  return self;
}

/** The word of a rank: short for the common ones, as in a language. */
export function wordOf(rank: number): string {
  let word = '';
  for (let rest = rank + 20; rest > 0; rest = Math.floor(rest / syllables.length)) {
    word += syllables[rest % syllables.length] ?? '';
  }
  return word;
}

function normal(dimensions: number, source: () => number): Float32Array {
  return scaled(Float32Array.from({ length: dimensions }, () => gaussian(source)));
}

function scaled(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return vector.map((component) => component / length);
}

function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());
}

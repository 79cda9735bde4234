/**
 * The quality of a source, as four scores between 0 and 1. Each is null while what it rests on is unknown.
 *
 * - `credibility`: the mean of the known ones of two judgements after the Admiralty scale (STANAG 2511): reliability of the
 *   source, A to E as 1, .8, .6, .4, .2, and credibility of the information, 1 to 5 as 1, .8, .6, .4, .2. `F` and `6`
 *   mean "cannot be judged": they are unknown, never zero.
 * - `recency`: 2 ^ (-age / 5 years) from the date of publication; a date in the future counts as today.
 * - `relevance`: how well the text answers the research question (relevance.ts).
 * - `overall`: the weighted mean of the known ones, with weights .4 credibility, .4 relevance, .2 recency.
 */
export interface QualityScores {
  readonly credibility: number | null;
  readonly relevance: number | null;
  readonly recency: number | null;
  readonly overall: number | null;
}

export interface QualityInput {
  readonly reliability: string | null;
  readonly credibility: string | null;
  /** ISO-8601 date; month and day may be missing. */
  readonly publicationDate: string | null;
  readonly relevance: number | null;
  /** ISO-8601 time at which the scores are taken. */
  readonly now: string;
}

const halfLifeYears = 5;
const weights = { credibility: 0.4, relevance: 0.4, recency: 0.2 } as const;
const grades: Readonly<Record<string, number>> = {
  A: 1,
  B: 0.8,
  C: 0.6,
  D: 0.4,
  E: 0.2,
  '1': 1,
  '2': 0.8,
  '3': 0.6,
  '4': 0.4,
  '5': 0.2,
};

export function qualityScores(input: QualityInput): QualityScores {
  const judged = [input.reliability, input.credibility].map((grade) =>
    grade === null ? undefined : grades[grade],
  );
  const known = judged.filter((grade) => grade !== undefined);
  const credibility = known.length === 0 ? null : known.reduce((sum, grade) => sum + grade, 0) / known.length;
  const parts = {
    credibility: rounded(credibility),
    relevance: rounded(input.relevance),
    recency: rounded(recencyOf(input.publicationDate, input.now)),
  };
  return { ...parts, overall: rounded(weightedMean(parts)) };
}

function weightedMean(parts: Readonly<Record<keyof typeof weights, number | null>>): number | null {
  let sum = 0;
  let weight = 0;
  for (const name of ['credibility', 'relevance', 'recency'] as const) {
    const score = parts[name];
    if (score === null) continue;
    sum += score * weights[name];
    weight += weights[name];
  }
  return weight === 0 ? null : sum / weight;
}

/** A date that names only a year or a month stands for its middle. */
function recencyOf(date: string | null, now: string): number | null {
  const parts = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(date ?? '');
  if (parts === null) return null;
  const [, year = '', month, day] = parts;
  const time = Date.parse(`${year}-${month ?? '07'}-${day ?? (month === undefined ? '01' : '15')}T00:00:00Z`);
  const age = Math.max(0, (Date.parse(now) - time) / (365.25 * 86_400_000));
  return Number.isNaN(age) ? null : 2 ** (-age / halfLifeYears);
}

function rounded(score: number | null): number | null {
  return score === null ? null : Math.round(score * 1000) / 1000;
}

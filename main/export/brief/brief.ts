/** A quote under a claim, or what stands in its place. */
export interface BriefQuote {
  readonly stance: string;
  /** Number of its source in the list of sources; null where the source is not told. */
  readonly citation: number | null;
  /**
   * `quoted`: the words stand in the source now. `lost`: they do not, and are not printed. `whole`: the whole document is meant.
   * `region`: a part of a page without words. `withheld`: the privacy settings keep the words here.
   */
  readonly state: 'quoted' | 'lost' | 'whole' | 'region' | 'withheld';
  /** Words as the source says them; only of a `quoted` one. */
  readonly words: string | null;
  readonly page: number | null;
  readonly note: string | null;
  readonly retracted: boolean;
}

/** A claim with what is held of it and what it rests on. Words are null where there are none, or where they are withheld. */
export interface BriefClaim {
  readonly label: string;
  readonly address: string;
  readonly text: string | null;
  readonly status: string | null;
  readonly verdict: string | null;
  /** A share of one, as text with two decimals at most. */
  readonly confidence: string | null;
  readonly contested: boolean;
  readonly strength: string | null;
  /** Such as `7 sources, 2 origins`. */
  readonly standing: string | null;
  readonly reasoning: string | null;
  readonly tags: readonly string[];
  readonly quotes: readonly BriefQuote[];
}

export interface BriefSource {
  readonly number: number;
  readonly label: string;
  readonly address: string;
  readonly author: string | null;
  readonly title: string | null;
  readonly publisher: string | null;
  readonly published: string | null;
  readonly url: string | null;
  readonly rating: string | null;
  readonly cited: boolean;
  /** Null while it stands; the reason, or empty words, where it was retracted. */
  readonly retraction: string | null;
}

/** A session as a brief: every value of it went through the gate, every quote was compared with its source. */
export interface Brief {
  readonly title: string;
  readonly label: string;
  readonly address: string;
  readonly question: string | null;
  /** UTC ISO-8601. */
  readonly at: string;
  readonly claims: readonly BriefClaim[];
  readonly sources: readonly BriefSource[];
}

/** Names of values as briefs print them. */
export const briefWords: Readonly<Record<string, string>> = {
  approved: 'approved',
  rejected: 'rejected',
  modified: 'modified',
  needs_more_evidence: 'needs more evidence',
  weak: 'weak',
  moderate: 'moderate',
  strong: 'strong',
  very_strong: 'very strong',
  supports: 'Supported by',
  contradicts: 'Contradicted by',
};

/** A value's name for readers. */
export function spoken(value: string): string {
  return briefWords[value] ?? value;
}

/** The line of facts under a claim: verdict, confidence, strength, sources. */
export function factsOfClaim(claim: BriefClaim): string[] {
  return [
    claim.verdict === null ? 'No verdict yet' : `Verdict: ${spoken(claim.verdict)}`,
    claim.contested ? 'contested' : '',
    claim.confidence === null ? '' : `Confidence: ${claim.confidence}`,
    claim.strength === null ? '' : `Evidence: ${spoken(claim.strength)}`,
    claim.standing ?? '',
    claim.status === null ? '' : `Status: ${spoken(claim.status)}`,
  ].filter((fact) => fact !== '');
}

/** What is said in place of a quote whose words are not printed. */
export function insteadOfQuote({ state, page }: BriefQuote): string {
  switch (state) {
    case 'lost':
      return 'A passage that is no longer found in the source';
    case 'region':
      return page === null ? 'A region of a page' : `A region of page ${page}`;
    case 'withheld':
      return 'A passage that the privacy settings keep back';
    default:
      return 'The whole document';
  }
}

/** Where a quote is cited from, such as `[3], p. 12, retracted`. */
export function citationOf({ citation, page, state, retracted }: BriefQuote): string {
  const number = citation === null ? '' : `[${citation}]`;
  const place = page === null || state !== 'quoted' ? '' : `p. ${page}`;
  return [number, place, retracted ? 'retracted' : ''].filter((part) => part !== '').join(', ');
}

/** A source's parts in the order of a reference list. */
export function sourceParts(source: BriefSource): string[] {
  const parts = [source.author, source.title ?? source.label, source.publisher, source.published];
  return parts.filter((part): part is string => part !== null && part !== '');
}

import { blockQuote, inline, paragraphLines } from '../markdown.ts';
import {
  type Brief,
  type BriefClaim,
  type BriefQuote,
  type BriefSource,
  citationOf,
  factsOfClaim,
  insteadOfQuote,
  sourceParts,
  spoken,
} from './brief.ts';

/** A brief as Markdown: question, findings with their quotes, numbered sources. */
export function briefToMarkdown({ title, address, question, at, claims, sources }: Brief): string {
  const lines = [`# ${inline(title)}`, ''];
  if (question !== null) lines.push(`**Question.** ${inline(question)}`, '');
  lines.push(`As of ${at.slice(0, 10)} · <${address}>`, '');
  if (claims.length > 0) lines.push('## Findings', '');
  for (const [index, claim] of claims.entries()) lines.push(...claimLines(claim, index + 1));
  lines.push('## Sources', '');
  if (sources.length === 0) lines.push('No source.');
  for (const source of sources) lines.push(...sourceLines(source));
  return `${lines.join('\n').trimEnd()}\n`;
}

function claimLines(claim: BriefClaim, number: number): string[] {
  const lines = [`### ${number}. ${claim.text === null ? claim.label : inline(claim.text)}`, ''];
  lines.push(`*${factsOfClaim(claim).map(inline).join(' · ')}*`, '');
  if (claim.reasoning !== null) lines.push(...paragraphLines(claim.reasoning), '');
  for (const [stance, quotes] of Map.groupBy(claim.quotes, (quote) => quote.stance)) {
    lines.push(`**${stance === '' ? 'Evidence' : spoken(stance)}**`, '');
    for (const quote of quotes) lines.push(...quoteLines(quote), '');
  }
  if (claim.quotes.length === 0) lines.push('No evidence is linked to this claim.', '');
  if (claim.tags.length > 0) lines.push(`Tags: ${claim.tags.map(inline).join(', ')}`, '');
  return lines;
}

function quoteLines(quote: BriefQuote): string[] {
  const citation = citationOf(quote);
  const note = quote.note === null ? [] : ['', ...paragraphLines(quote.note)];
  if (quote.state === 'quoted' && quote.words !== null) {
    // The citation stands inside the quote, so that it is carried along with it.
    return [...blockQuote(`“${quote.words.trim()}”`), `> ${citation}`, ...note];
  }
  return [`${insteadOfQuote(quote)} ${citation}`, ...note];
}

function sourceLines(source: BriefSource): string[] {
  const mark =
    source.retraction === null
      ? ''
      : ` **Retracted${source.retraction === '' ? '' : `: ${inline(source.retraction)}`}.**`;
  const rating = source.rating === null ? '' : ` ${inline(source.rating)}.`;
  const url = source.url === null ? '' : ` <${source.url.replaceAll(/[<>\s]/gu, '')}>`;
  const cited = source.cited ? '' : ' Not cited above.';
  return [
    `${source.number}. ${sourceParts(source).map(inline).join('. ')}.${mark}${rating}${cited}${url} (${source.label})`,
  ];
}

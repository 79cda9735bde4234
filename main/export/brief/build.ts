import { labelOf } from '../../../db/catalogue/label.ts';
import type { Id, Row } from '../../../db/catalogue/rows.ts';
import { idToBlob } from '../../../db/replica/rows/ids.ts';
import { getRow, listRows } from '../../../db/replica/rows/read.ts';
import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import { claimsOf, type ClaimRow } from '../../argument/claims.ts';
import { locate } from '../../documents/anchors/locate.ts';
import type { ExportFilter } from '../../outbound/export-filter.ts';
import { addressOf } from '../addresses.ts';
import { type Say, sayThrough } from '../say.ts';
import type { Brief, BriefClaim, BriefQuote, BriefSource } from './brief.ts';

interface Builder {
  readonly db: ReadableDb;
  readonly say: Say;
  readonly filter: ExportFilter;
  /** Numbers of sources, given out when each is first cited. */
  readonly numbers: Map<Id, number>;
}

/** A session's brief as it stands now. Throws `not-found`. */
export function buildBrief(db: ReadableDb, sessionId: Id, filter: ExportFilter, at: string): Brief {
  const session = getRow(db, 'research_sessions', sessionId);
  if (session === undefined || session._deleted) {
    throw new WorkbenchError('not-found', 'This session is not there, or is in the trash.', {
      id: sessionId,
    });
  }
  const say = sayThrough(filter);
  const builder: Builder = { db, say, filter, numbers: new Map() };
  const claims = claimsOf(db, sessionId).map((claim) => briefClaim(builder, claim));
  const label = labelOf('research_sessions', sessionId);
  return {
    title: say('research_sessions', 'title', session.title, session) ?? label,
    label,
    address: addressOf('session', sessionId),
    question: say('research_sessions', 'research_question', session.research_question, session),
    at,
    claims,
    sources: briefSources(builder, sessionId),
  };
}

function briefClaim(builder: Builder, claim: ClaimRow): BriefClaim {
  const { db, say, filter } = builder;
  const row = getRow(db, 'research_claims', claim.id);
  if (row === undefined) throw new WorkbenchError('not-found', 'A claim went away while it was read.');
  const of = (column: string, value: unknown) => say('research_claims', column, value, row);
  const tags = filter('research_claims', 'tags', claim.tags, { ...row });
  const verdict = of('final_verdict', claim.verdict);
  return {
    label: claim.label,
    address: addressOf('claim', claim.id),
    text: of('claim_text', claim.text),
    status: of('status', claim.status),
    verdict,
    confidence: of('confidence', claim.confidence === null ? null : Math.round(claim.confidence * 100) / 100),
    contested: verdict !== null && claim.contested,
    strength: of('evidence_strength', claim.standing.strength),
    standing: of('source_count', claim.standing.sources) === null ? null : standingWords(claim.standing),
    reasoning: of('reasoning', row.reasoning),
    tags: Array.isArray(tags) ? tags.map(String) : [],
    quotes: quotesOf(builder, claim.id),
  };
}

function standingWords({ sources, origins, contradicting }: ClaimRow['standing']): string {
  const counted = [
    `${sources} ${sources === 1 ? 'source' : 'sources'}`,
    origins === sources ? '' : `${origins} ${origins === 1 ? 'origin' : 'origins'}`,
    contradicting === 0 ? '' : `${contradicting} against`,
  ];
  return counted.filter((part) => part !== '').join(', ');
}

/** Quotes of a claim whose evidence is there: what supports it first, then what contradicts it. */
function quotesOf(builder: Builder, claimId: Id): BriefQuote[] {
  const links = listRows(builder.db, 'claim_evidence', {
    where: 'claim_evidence.claim_id = ?',
    values: [idToBlob(claimId)],
    orderBy: 'claim_evidence.stance DESC, claim_evidence.position NULLS LAST, claim_evidence.rid',
  });
  return links.flatMap((link) => {
    const source = getRow(builder.db, 'evidence', link.evidence_id);
    return source === undefined || source._deleted ? [] : [briefQuote(builder, link, source)];
  });
}

function briefQuote(
  { db, say, numbers }: Builder,
  link: Row<'claim_evidence'>,
  source: Row<'evidence'>,
): BriefQuote {
  const citation = numbers.get(source.id) ?? numbers.size + 1;
  numbers.set(source.id, citation);
  // Not the stored place: the words are compared with the text as it is read at this moment.
  const place = link.quote === null ? null : locate(db, link);
  const words =
    place === null || place.state === 'orphan' ? null : say('claim_evidence', 'quote', link.quote, link);
  const common = {
    stance: say('claim_evidence', 'stance', link.stance, link) ?? '',
    citation,
    note: say('claim_evidence', 'note', link.note, link),
    retracted: say('evidence', 'retracted_at', source.retracted_at, source) !== null,
    words,
  };
  if (link.quote === null) {
    const page = link.quote_kind === 'region' ? regionPage(say, link) : null;
    return { ...common, state: link.quote_kind === 'region' ? 'region' : 'whole', page };
  }
  if (place === null || place.state === 'orphan') return { ...common, state: 'lost', page: null };
  if (words === null) return { ...common, state: 'withheld', page: null };
  const page = say('claim_evidence', 'located_page', place.page, link);
  return { ...common, state: 'quoted', page: page === null ? null : Number(page) };
}

function regionPage(say: Say, link: Row<'claim_evidence'>): number | null {
  const { anchor } = link;
  const selectors =
    (anchor as { selectors?: readonly { type: string; page?: number }[] } | null)?.selectors ?? [];
  const page = selectors.find(({ type }) => type === 'PageSelector')?.page ?? null;
  const said = say('claim_evidence', 'anchor', page, link);
  return said === null || Number.isNaN(Number(said)) ? null : Number(said);
}

/** All sources of the session: those that are cited by their numbers, the others after them. */
function briefSources({ db, say, numbers }: Builder, sessionId: Id): BriefSource[] {
  const evidence = listRows(db, 'evidence', {
    where: 'evidence.session_id = ?',
    values: [idToBlob(sessionId)],
  });
  const elsewhere = [...numbers.keys()].filter((id) => !evidence.some((row) => row.id === id));
  const rows = [...evidence, ...elsewhere.flatMap((id) => getRow(db, 'evidence', id) ?? [])];
  const cited = new Set(numbers.keys());
  for (const row of evidence) if (!numbers.has(row.id)) numbers.set(row.id, numbers.size + 1);
  return rows
    .map((row): BriefSource => {
      const of = (column: string, value: unknown) => say('evidence', column, value, row);
      const rating = `${of('reliability', row.reliability) ?? ''}${of('credibility', row.credibility) ?? ''}`;
      return {
        number: numbers.get(row.id) ?? 0,
        label: labelOf('evidence', row.id),
        address: addressOf('evidence', row.id),
        author: of('author', row.author),
        title: of('title', row.title) ?? of('file_name', row.file_name),
        publisher: of('source_name', row.source_name),
        published: of('publication_date', row.publication_date),
        url: of('source_url', row.source_url),
        rating: rating === '' ? null : rating,
        cited: cited.has(row.id),
        retraction:
          of('retracted_at', row.retracted_at) === null
            ? null
            : (of('retraction_reason', row.retraction_reason) ?? ''),
      };
    })
    .sort((a, b) => a.number - b.number);
}

/** What a reader of the brief should know before it is handed on. */
export function remarksOn({ claims, sources }: Brief): string[] {
  const quotes = claims.flatMap((claim) => claim.quotes);
  const lost = quotes.filter(({ state }) => state === 'lost').length;
  const retracted = sources.filter((source) => source.cited && source.retraction !== null).length;
  return [
    ...(lost === 0
      ? []
      : [
          `${lost} ${lost === 1 ? 'quote is' : 'quotes are'} no longer found in the source, and not printed.`,
        ]),
    ...(retracted === 0
      ? []
      : [`${retracted} cited ${retracted === 1 ? 'source was' : 'sources were'} retracted, and marked so.`]),
  ];
}

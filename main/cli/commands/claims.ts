import type { ClaimRow } from '../../../preload/contract/argument.ts';
import type { HostClient } from '../../../preload/contract/contract.ts';
import { type Action, done } from '../context.ts';
import { cell, table } from '../terminal/output.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { idOf } from './rows.ts';

/** `workbench claims add`. */
export function addClaim(session: string, text: string): Action {
  return async ({ client: open }) => {
    const client = await open();
    const session_id = await idOf(client, 'research_sessions', session);
    const { id } = await client.edits.add({
      entity: 'research_claims',
      values: { session_id, claim_text: text },
    });
    return done({ id }, [id]);
  };
}

/** `workbench claims list`: claims of a session with what they rest on. */
export function listClaims(session: string): Action {
  return async ({ client: open }) => {
    const client = await open();
    const sessionId = await idOf(client, 'research_sessions', session);
    const rows = await client.claims.list({ sessionId });
    const claims = [];
    for (const row of rows) claims.push({ ...shown(row), links: await linksOf(client, row.id) });
    const lines = rows.map((row) => [
      row.label,
      row.standing.strength ?? '',
      `${row.standing.sources} sources, ${row.standing.origins} origins`,
      cell(row.text, 100),
    ]);
    return done({ claims }, table(lines));
  };
}

export interface LinkOptions {
  readonly claim: string;
  readonly evidence: string;
  readonly stance: string;
  readonly quote?: string;
  readonly start?: string;
  readonly end?: string;
  readonly note?: string;
}

/** `workbench claims link`: the words are taken from the source. */
export function linkClaim(options: LinkOptions): Action {
  const { stance, quote, note } = options;
  if (stance !== 'supports' && stance !== 'contradicts') {
    throw new UsageError('--stance is supports or contradicts.');
  }
  const start = offset('--start', options.start);
  const end = offset('--end', options.end);
  if ((start === undefined) !== (end === undefined))
    throw new UsageError('--start and --end belong together.');
  return async ({ client: open }) => {
    const client = await open();
    const made = await client.claims.link({
      claimId: await idOf(client, 'research_claims', options.claim),
      evidenceId: await idOf(client, 'evidence', options.evidence),
      stance,
      ...(quote === undefined ? {} : { quote }),
      ...(start === undefined || end === undefined ? {} : { start, end }),
      ...(note === undefined ? {} : { note }),
    });
    return done(made, [made.linkId]);
  };
}

/** `workbench claims ripple`: what retracting a piece of evidence would do. */
export function showRipple(evidence: string): Action {
  return async ({ client: open }) => {
    const client = await open();
    const evidenceIds = [await idOf(client, 'evidence', evidence)];
    const rippled = await client.claims.ripple({ evidenceIds, change: { kind: 'retract' } });
    const claims = rippled.map(({ id, text, before, after, links }) => ({
      id,
      text,
      before: {
        strength: before.strength,
        sources: before.sources,
        origins: before.origins,
        score: before.score,
      },
      after: { strength: after.strength, sources: after.sources, origins: after.origins, score: after.score },
      links,
    }));
    const lines = rippled.map(({ label, text, before, after }) => [
      label,
      `${before.strength ?? ''} -> ${after.strength ?? ''}`,
      cell(text, 100),
    ]);
    return done({ claims }, lines.length === 0 ? ['No claim rests on it.'] : table(lines));
  };
}

/** `workbench annotations list`: every mark on a document. */
export function listAnnotations(evidence: string): Action {
  return async ({ client: open }) => {
    const client = await open();
    const evidenceId = await idOf(client, 'evidence', evidence);
    const annotations = await client.annotations.list({ evidenceId });
    const lines = annotations.map((mark) => [
      mark.label,
      mark.kind,
      mark.state ?? '',
      mark.page === null ? '' : `p. ${mark.page}`,
      cell(mark.quote ?? '', 80),
    ]);
    return done({ annotations }, table(lines));
  };
}

function shown({ id, text, status, verdict, confidence, standing }: ClaimRow) {
  const { strength, sources, origins } = standing;
  return { id, text, status, verdict, confidence, strength, sources, origins };
}

async function linksOf(client: HostClient, id: string) {
  const { links } = await client.claims.detail({ id });
  return links.map(({ id: link, evidenceId, stance, quote, start, end, page, orphan }) => ({
    id: link,
    evidenceId,
    stance,
    quote,
    start,
    end,
    page,
    orphan,
  }));
}

function offset(option: string, given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  if (!/^\d{1,10}$/.test(given)) throw new UsageError(`${option} is a number of UTF-16 code units.`);
  return Number(given);
}

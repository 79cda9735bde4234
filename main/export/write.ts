import type { Id } from '../../db/catalogue/rows.ts';
import type { ReadableDb } from '../../db/replica/sqlite/open.ts';
import type { SessionFormat } from '../../preload/contract/exports.ts';
import type { PrivacySettings } from '../../sync/core/privacy-settings.ts';
import type { ReferenceFormatName } from '../references/format.ts';
import { type ExportTally, exportFilter } from '../outbound/export-filter.ts';
import type { Brief } from './brief/brief.ts';
import { buildBrief, remarksOn } from './brief/build.ts';
import { briefToMarkdown } from './brief/markdown.ts';
import { fileNameOf, sayThrough } from './say.ts';
import { rowsOfSession, toJson } from './session.ts';

export interface ExportRequest {
  readonly sessionId: Id;
  readonly format: Exclude<SessionFormat, ReferenceFormatName | 'obsidian'>;
  readonly policy: PrivacySettings;
  /** When the export is made, UTC ISO-8601. */
  readonly at: string;
}

/** What an export hands out: words that are ready, or a brief that is to be set as a PDF. */
export interface WrittenSession {
  readonly name: string;
  readonly content: { readonly text: string } | { readonly brief: Brief };
  readonly tally: ExportTally;
  readonly rows: number;
  readonly remarks: readonly string[];
}

/** A session as a file: every value of it, and its name, went through the policy. */
export function writeExport(
  db: ReadableDb,
  { sessionId, format, policy, at }: ExportRequest,
): WrittenSession {
  const { filter, tally } = exportFilter(db, policy);
  if (format === 'json') {
    const exported = rowsOfSession(db, sessionId);
    const text = toJson(db, exported, filter, at);
    const [session = { id: sessionId }] = exported.get('research_sessions') ?? [];
    const title = sayThrough(filter)('research_sessions', 'title', titleIn(session), {
      id: sessionId,
      ...session,
    });
    const rows = [...exported.values()].reduce((sum, list) => sum + list.length, 0);
    const name = `${fileNameOf(title ?? '', sessionId)}.json`;
    return { name, content: { text }, tally: tally(), rows, remarks: [] };
  }
  const brief = buildBrief(db, sessionId, filter, at);
  return {
    name: `${fileNameOf(brief.title, brief.label)}.${format}`,
    content: format === 'md' ? { text: briefToMarkdown(brief) } : { brief },
    tally: tally(),
    rows: 1 + brief.claims.length + brief.sources.length,
    remarks: remarksOn(brief),
  };
}

function titleIn(session: Readonly<Record<string, unknown>>): unknown {
  return session['title'];
}

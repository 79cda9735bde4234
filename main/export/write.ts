import type { Id } from '../../db/catalogue/rows.ts';
import type { ReadableDb } from '../../db/replica/sqlite/open.ts';
import type { PrivacySettings } from '../../sync/core/privacy-settings.ts';
import { type ExportTally, exportFilter } from '../outbound/export-filter.ts';
import { exportName, exportSession, toJson, toMarkdown } from './session.ts';

export interface ExportRequest {
  readonly sessionId: Id;
  readonly format: 'md' | 'json';
  readonly policy: PrivacySettings;
  /** When the export is made, UTC ISO-8601. */
  readonly at: string;
}

/** A session as a file: every value of it, and its name, went through the policy. */
export function writeExport(
  db: ReadableDb,
  { sessionId, format, policy, at }: ExportRequest,
): { text: string; name: string; tally: ExportTally; rows: number } {
  const exported = exportSession(db, { sessionId });
  const { filter, tally } = exportFilter(db, policy);
  const text = format === 'md' ? toMarkdown(exported, filter) : toJson(exported, filter, at);
  const name = `${exportName(exported, filter)}.${format}`;
  const rows = Object.values(exported.rows).reduce((sum, list) => sum + list.length, 0);
  return { text, name, tally: tally(), rows };
}

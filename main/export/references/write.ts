import type { Id, Row } from '../../../db/catalogue/rows.ts';
import { labelOf } from '../../../db/catalogue/label.ts';
import { idToBlob } from '../../../db/replica/rows/ids.ts';
import { getRow, listRows } from '../../../db/replica/rows/read.ts';
import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';
import type { PrivacySettings } from '../../../sync/core/privacy-settings.ts';
import { type ExportFilter, type ExportTally, exportFilter } from '../../outbound/export-filter.ts';
import type { CitationLibrary } from '../../references/citation-library.ts';
import type { Csl, Entry } from '../../references/entry.ts';
import { entryOf, type ReferenceFormat, type ReferenceFormatName } from '../../references/format.ts';
import { formatNamed } from '../../references/formats.ts';
import { storedReference } from '../../references/stored.ts';
import { fileNameOf, sayThrough } from '../say.ts';

export interface ReferencesRequest {
  readonly format: ReferenceFormatName;
  readonly policy: PrivacySettings;
  /** The items to write; all of the library where it is left out. */
  readonly ids?: readonly Id[] | undefined;
  /** Only the items that a session's evidence cites. */
  readonly sessionId?: Id | undefined;
}

export interface ReferencesWritten {
  readonly text: string;
  /** A name for the file: the session's as far as it may be known, or that of the library. */
  readonly name: string;
  readonly tally: ExportTally;
  readonly rows: number;
}

/** References as a file of one format: every value of them went through the policy first. */
export function writeReferences(
  db: ReadableDb,
  library: CitationLibrary,
  { format: formatName, policy, ids, sessionId }: ReferencesRequest,
): ReferencesWritten {
  const format = formatNamed(formatName);
  const { filter, tally } = exportFilter(db, policy);
  const rows = chosenRows(db, ids, sessionId);
  const entries = rows.flatMap((row) => {
    const entry = entryFor(row, format, library, filter);
    return entry === undefined ? [] : [entry];
  });
  const session = sessionId === undefined ? undefined : getRow(db, 'research_sessions', sessionId);
  const title =
    session === undefined
      ? null
      : sayThrough(filter)('research_sessions', 'title', session.title, { ...session });
  const name = fileNameOf(title ?? '', 'references');
  return {
    text: format.write(entries),
    name: `${name}.${format.extension}`,
    tally: tally(),
    rows: entries.length,
  };
}

function chosenRows(
  db: ReadableDb,
  ids: readonly Id[] | undefined,
  sessionId: Id | undefined,
): Row<'reference_items'>[] {
  const orderBy = 'reference_items.citation_key, reference_items.rid';
  if (ids !== undefined) {
    return ids.flatMap((id) => {
      const row = getRow(db, 'reference_items', id);
      return row === undefined || row._deleted ? [] : [row];
    });
  }
  if (sessionId === undefined) return listRows(db, 'reference_items', { orderBy });
  return listRows(db, 'reference_items', {
    where: 'reference_items.id IN (SELECT reference_id FROM evidence WHERE session_id = ? AND _deleted = 0)',
    values: [idToBlob(sessionId)],
    orderBy,
  });
}

/**
 * The entry of one item as far as it may be known. What it was written like in its own file passes the same filter as the item
 * itself, and stands only where both say the same.
 */
function entryFor(
  row: Row<'reference_items'>,
  format: ReferenceFormat,
  library: CitationLibrary,
  filter: ExportFilter,
): Entry | undefined {
  const stored = storedReference(row);
  const passed = (column: 'citation_key' | 'csl' | 'metadata', value: unknown) =>
    filter('reference_items', column, value, { ...row });
  const csl = passed('csl', stored.csl);
  if (csl === undefined || csl === null) return undefined;
  const key = passed('citation_key', stored.key);
  const metadata = passed('metadata', row.metadata);
  return entryOf(format, library, {
    csl: isMarker(csl) ? { type: 'document', title: '[redacted]' } : (csl as Csl),
    key: typeof key === 'string' && key !== '' ? key : labelOf('reference_items', row.id),
    original: isMarker(csl)
      ? undefined
      : storedReference({ ...row, metadata: metadata as never }).originals[format.name],
  });
}

function isMarker(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'redacted' in value && 'policy' in value;
}

import { z } from 'zod';
import type { Id, Row } from '../../db/catalogue/rows.ts';
import type { Json } from '../../db/catalogue/types.ts';
import type { Csl, Entry } from './entry.ts';
import { type ReferenceFormatName, referenceFormats } from './format.ts';

/** Entries that an item came from, as their files wrote them, by format. */
export type Originals = Readonly<Partial<Record<ReferenceFormatName, Entry>>>;

/** An item of the library as imports and exports see it: the CSL item is the truth, the originals keep what it cannot say. */
export interface StoredReference {
  readonly id: Id;
  readonly key: string;
  readonly csl: Csl;
  readonly originals: Originals;
  readonly inTrash: boolean;
}

const entrySchema = z.object({
  type: z.string(),
  key: z.string().nullable(),
  fields: z.array(z.tuple([z.string(), z.json()])),
  carried: z.record(z.string(), z.object({ value: z.json(), was: z.string() })),
});

/** The item in a row. Metadata that somebody else wrote is no original. */
export function storedReference(row: Row<'reference_items'>): StoredReference {
  return {
    id: row.id,
    key: row.citation_key ?? '',
    csl: cslIn(row.csl),
    originals: originalsIn(row.metadata),
    inTrash: row._deleted,
  };
}

/** The CSL item that a value holds; an empty one where it is none. */
export function cslIn(value: unknown): Csl {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value as Csl).filter(([, part]) => part !== null));
}

export function originalsIn(metadata: unknown): Originals {
  const given =
    typeof metadata === 'object' && metadata !== null && 'originals' in metadata ? metadata.originals : {};
  const entries = referenceFormats.flatMap((name) => {
    const parsed = entrySchema.safeParse((given as Record<string, unknown> | null)?.[name]);
    return parsed.success ? [[name, parsed.data] as const] : [];
  });
  return Object.fromEntries(entries);
}

/** The columns of an item that follow from what it says. */
export function columnsFor(csl: Csl): {
  readonly name: string | null;
  readonly type: 'document' | 'dataset';
  readonly issued: string | null;
  readonly csl: Record<string, Json>;
} {
  const { title, type } = csl;
  return {
    name:
      typeof title === 'string' && title !== ''
        ? title.replaceAll(/<\/?(?:i|b|sc|sup|sub|span)\b[^>]*>/g, '')
        : null,
    type: type === 'dataset' ? 'dataset' : 'document',
    issued: dateOf(csl['issued']),
    csl: { ...csl },
  };
}

/** A CSL date as the catalogue writes dates; null where it is a range, a season or words. */
function dateOf(value: Json | undefined): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const parts = (value as Readonly<Record<string, Json>>)['date-parts'];
  if (!Array.isArray(parts) || !Array.isArray(parts[0])) return null;
  const [year, month, day] = (parts[0] as readonly Json[]).map(Number);
  if (year === undefined || !Number.isInteger(year) || year < 1 || year > 9999) return null;
  const text = [String(year).padStart(4, '0'), twoDigits(month, 12), twoDigits(day, 31)];
  return text.slice(0, text.includes(null) ? text.indexOf(null) : 3).join('-');
}

function twoDigits(value: number | undefined, most: number): string | null {
  const isWhole = value !== undefined && Number.isInteger(value) && value >= 1 && value <= most;
  return isWhole ? String(value).padStart(2, '0') : null;
}

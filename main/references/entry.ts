import { createHash } from 'node:crypto';
import type { Json } from '../../db/catalogue/types.ts';
import { canonicalText, sameValue } from '../../sync/core/value.ts';

/** A citable item as the Citation Style Language describes it (CSL-JSON 1.0.2), with whatever else its source said. */
export type Csl = Readonly<Record<string, Json>>;

/**
 * A CSL property that the format cannot say, beside what it does say of it: `value` holds while `was` is still the digest of what is
 * read from the fields, so that an edit of a field is not overruled. A null value means that the property is not there.
 */
export interface Carried {
  readonly value: Json;
  readonly was: string;
}

/**
 * One entry of a BibTeX, RIS or CSL-JSON file in a form that all three share: fields in the file's order with their values as
 * they are written there. A name may occur several times.
 */
export interface Entry {
  readonly type: string;
  /** The key by which texts cite the entry; null where the file gives none. */
  readonly key: string | null;
  readonly fields: readonly (readonly [name: string, value: Json])[];
  readonly carried: Readonly<Record<string, Carried>>;
}

/** An entry that could not be read: where it starts in the file, and why in a sentence. */
export interface EntryProblem {
  readonly line: number;
  readonly sentence: string;
}

/** What a file holds. */
export interface ReadEntries {
  readonly entries: readonly Entry[];
  readonly problems: readonly EntryProblem[];
}

/** A value in words: text as it is, everything else as JSON. */
export function wordsOf(value: Json | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The values that an entry gives under each name, in their order. */
export function valuesByName(entry: Entry): Map<string, Json[]> {
  const values = new Map<string, Json[]>();
  for (const [name, value] of entry.fields) values.set(name, [...(values.get(name) ?? []), value]);
  return values;
}

/**
 * Names under which the first entry says what the second does not, or something else; its type counts as a name, and the key by
 * which it is cited does not.
 */
export function saysAnew(entry: Entry, base: Entry): string[] {
  const known = valuesByName(base);
  const names = [...valuesByName(entry)].filter(
    ([name, values]) => !keyNames.has(name) && !sameValue(values, known.get(name) ?? []),
  );
  const carried = Object.entries(entry.carried).filter(
    ([name, { value, was }]) =>
      base.carried[name]?.was !== was || !sameValue(value, base.carried[name].value),
  );
  return [
    ...(entry.type === base.type ? [] : ['type']),
    ...names.map(([name]) => name),
    ...carried.map(([name]) => `carried ${name}`),
  ];
}

/** An entry with everything that the newer one says, and what only the older one said. */
export function united(older: Entry, newer: Entry): Entry {
  const said = new Set(newer.fields.map(([name]) => name));
  return {
    type: newer.type,
    key: newer.key ?? older.key,
    fields: [...newer.fields, ...older.fields.filter(([name]) => !said.has(name))],
    carried: { ...older.carried, ...newer.carried },
  };
}

/** Properties in which two items differ. The key by which an item is cited is none of them. */
export function differing(a: Csl, b: Csl): string[] {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].filter((name) => !keyNames.has(name) && !sameValue(a[name] ?? null, b[name] ?? null));
}

/** Properties that hold the key of a CSL item. */
export const keyNames: ReadonlySet<string> = new Set(['id', 'citation-key', 'citation-label']);

/** What a carried property is compared by: a digest of the value that the fields give. */
export function digestOf(value: Json | undefined): string {
  return createHash('sha256')
    .update(canonicalText(value ?? null))
    .digest('hex')
    .slice(0, 12);
}

/** Puts right what the fields of an entry could not say. */
export function withCarried(read: Csl, carried: Entry['carried']): Csl {
  const whole: Record<string, Json> = { ...read };
  for (const [name, { value, was }] of Object.entries(carried)) {
    if (digestOf(read[name]) !== was) continue;
    if (value === null) delete whole[name];
    else whole[name] = value;
  }
  return whole;
}

/** What has to be carried so that reading gives the whole item again. */
export function carriedFor(read: Csl, whole: Csl): Record<string, Carried> {
  return Object.fromEntries(
    differing(read, whole).map((name) => [name, { value: whole[name] ?? null, was: digestOf(read[name]) }]),
  );
}

/** Carried properties as one opaque word of letters, digits, minus and underscore: no format gives these a meaning. */
export function encodeCarried(carried: Entry['carried']): string {
  return Buffer.from(canonicalText(carried as unknown as Json), 'utf8').toString('base64url');
}

/** Reads `encodeCarried` back; undefined where it is none. */
export function decodeCarried(text: string): Entry['carried'] | undefined {
  try {
    const value = JSON.parse(
      Buffer.from(text.replaceAll(/\s/g, ''), 'base64url').toString('utf8'),
    ) as unknown;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const parts = Object.entries(value as Record<string, unknown>);
    return parts.every(([, part]) => isCarried(part)) ? (value as Entry['carried']) : undefined;
  } catch {
    return undefined;
  }
}

function isCarried(part: unknown): part is Carried {
  return (
    typeof part === 'object' &&
    part !== null &&
    'value' in part &&
    'was' in part &&
    typeof part.was === 'string'
  );
}

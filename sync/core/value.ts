import type { Json } from '../../db/catalogue/types.ts';

/** A value that would not come back from a log, a wire or a table as it was given. */
export class UnfaithfulValueError extends Error {
  readonly code = 'UNFAITHFUL_VALUE';
  readonly reason: 'number' | 'integer' | 'nul' | 'surrogate' | 'key' | 'type';

  constructor(reason: UnfaithfulValueError['reason']) {
    super(sentences[reason]);
    this.name = 'UnfaithfulValueError';
    this.reason = reason;
  }
}

const sentences = {
  number: 'A number must be finite. Nothing was stored.',
  integer: 'A whole number beyond 9007199254740991 cannot be kept exactly. Nothing was stored.',
  nul: 'The text holds a NUL character, which cannot be kept. Nothing was stored.',
  surrogate: 'The text holds half of a character, which cannot be kept. Nothing was stored.',
  key: 'A key is called __proto__, which readers of JSON leave out. Nothing was stored.',
  type: 'The value is not text, a number, a truth value, a list or an object. Nothing was stored.',
} as const;

function faithfulText(text: string): string {
  if (text.includes('\u0000')) throw new UnfaithfulValueError('nul');
  if (!text.isWellFormed()) throw new UnfaithfulValueError('surrogate');
  return text;
}

function faithfulKey(key: string): string {
  if (key === '__proto__') throw new UnfaithfulValueError('key');
  return faithfulText(key);
}

function faithfulNumber(value: number): number {
  if (!Number.isFinite(value)) throw new UnfaithfulValueError('number');
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) throw new UnfaithfulValueError('integer');
  return value === 0 ? 0 : value;
}

/**
 * The value as every replica can keep it: minus zero becomes zero, an object's keys come in text order. Throws
 * UnfaithfulValueError for what SQLite, JSON or Postgres would alter: NUL, lone surrogates, NaN, infinities, whole
 * numbers beyond 2^53 - 1; and for keys that readers leave out.
 */
export function faithfulValue(value: unknown): Json {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number') return faithfulNumber(value);
  if (typeof value === 'string') return faithfulText(value);
  if (Array.isArray(value)) return value.map(faithfulValue);
  if (typeof value !== 'object') throw new UnfaithfulValueError('type');
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [faithfulKey(key), faithfulValue(item)]));
}

/** True where every object in a value has its keys in text order: the engine's own text is the canonical one then. */
function isInOrder(value: Json | undefined): boolean {
  if (value === null || typeof value !== 'object') return value !== undefined;
  if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) {
      if (item !== null && typeof item === 'object' && !isInOrder(item)) return false;
    }
    return true;
  }
  const object = value as { readonly [key: string]: Json };
  let last = '';
  for (const key of Object.keys(object)) {
    if (last > key || !isInOrder(object[key])) return false;
    last = key;
  }
  return true;
}

/** JSON text with keys in text order: equal values have equal texts. */
export function canonicalText(value: Json): string {
  if (isInOrder(value)) return JSON.stringify(value);
  if (Array.isArray(value)) {
    const items = value as readonly Json[];
    let list = '[';
    for (const [at, item] of items.entries()) list += (at === 0 ? '' : ',') + canonicalText(item);
    return `${list}]`;
  }
  const object = value as { readonly [key: string]: Json };
  let text = '{';
  for (const key of Object.keys(object).toSorted()) {
    text += `${text.length === 1 ? '' : ','}${JSON.stringify(key)}:${canonicalText(object[key] ?? null)}`;
  }
  return `${text}}`;
}

/** True where two values are the same to a person: key order and minus zero do not count. */
export function sameValue(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  return canonicalText(a) === canonicalText(b);
}

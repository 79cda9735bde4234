import type { Json } from '../../db/catalogue/types.ts';
import { canonicalText } from '../../sync/core/value.ts';
import { type Csl, type Entry, wordsOf } from './entry.ts';
import { familyOf, yearOf } from './key.ts';

/** The DOI of an item in lower case without its resolver; undefined where it has none. */
export function doiOf(csl: Csl): string | undefined {
  const { DOI, URL } = csl;
  return doiIn(typeof DOI === 'string' ? DOI : '') ?? doiIn(typeof URL === 'string' ? URL : '', true);
}

/** The DOI in a text: alone or after its resolver, or only after its resolver (an address may contain what looks like one). */
export function doiIn(text: string, onlyResolved = false): string | undefined {
  const found = /^\s*(https?:\/\/(?:dx\.)?doi\.org\/|doi:\s*)?(10\.\d{3,9}\/\S+?)[\s.,;]*$/i.exec(text);
  if (found === null || (onlyResolved && found[1] === undefined)) return undefined;
  return found[2]?.toLowerCase();
}

/**
 * True where two items that share a key or a DOI are not the same work all the same: two chapters may have their book's DOI, and
 * two people may have given the same key.
 */
export function areDifferentWorks(a: Csl, b: Csl): boolean {
  const [titleA, titleB] = [plainTitle(a), plainTitle(b)];
  const [doiA, doiB] = [doiOf(a), doiOf(b)];
  if (titleA === '' || titleB === '') return doiA !== undefined && doiB !== undefined && doiA !== doiB;
  return !(titleA.startsWith(titleB) || titleB.startsWith(titleA));
}

/** The same for items that share their key: a title may have been corrected since, with its authors and year as they were. */
export function areDifferentUnderOneKey(a: Csl, b: Csl): boolean {
  if (!areDifferentWorks(a, b)) return false;
  if (doiOf(a) !== undefined && doiOf(a) === doiOf(b)) return false;
  return familyOf(a) === '' || familyOf(a) !== familyOf(b) || yearOf(a) !== yearOf(b);
}

function plainTitle(csl: Csl): string {
  const { title } = csl;
  if (typeof title !== 'string') return '';
  return title
    .replaceAll(/<[^>]*>/g, '')
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** What tells works without a key apart; undefined where too little is known to tell. */
export function fingerprintOf(csl: Csl): string | undefined {
  const title = plainTitle(csl);
  if (title === '') return undefined;
  const places = ['type', 'container-title', 'volume', 'issue', 'page', 'URL'];
  const given = places.map((name) => wordsOf(csl[name]));
  return canonicalText([title, familyOf(csl), yearOf(csl) ?? '', ...given]);
}

/** What the id of a new item is derived from, so that the same entry makes the same item wherever it is imported. */
export function identityOf(entry: Entry, csl: Csl): Json[] {
  const doi = doiOf(csl);
  if (doi !== undefined) return ['doi', doi];
  if (entry.key !== null) return ['key', entry.key];
  return ['entry', entry.type, entry.fields.map(([name, value]) => [name, value])];
}

import type { Json } from '../../db/catalogue/types.ts';
import type { Csl } from './entry.ts';

/** What can stand as a key in all three formats. */
const usable = /^[^\s,{}()"#%~\\=']{1,200}$/u;

/** True where a key can be taken as it is. */
export function isUsableKey(key: string | null): key is string {
  return key !== null && usable.test(key) && key.isWellFormed() && !key.includes('\u0000');
}

/**
 * The key of a new item: family name of the first author and year (`meyer2024`), or the first word of the title and `nd` where
 * these are unknown.
 */
export function proposedKey(csl: Csl): string {
  const name = familyOf(csl) || firstWord(csl['title']) || 'untitled';
  return `${name}${yearOf(csl) ?? 'nd'}`;
}

/** A key that nothing has yet: the proposed one, or with the letters b, c … z, aa, ab … for the second and later ones. */
export function freeKey(proposed: string, isTaken: (key: string) => boolean): string {
  if (!isTaken(proposed)) return proposed;
  for (let number = 2; ; number += 1) {
    const key = `${proposed}${letters(number)}`;
    if (!isTaken(key)) return key;
  }
}

function letters(number: number): string {
  let text = '';
  for (let rest = number; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    text = String.fromCharCode(97 + ((rest - 1) % 26)) + text;
  }
  return text;
}

/** The first author's, or else editor's, family name in plain letters and digits; empty where there is none. */
export function familyOf(csl: Csl): string {
  for (const role of ['author', 'editor', 'container-author', 'translator']) {
    const people = csl[role];
    const person = Array.isArray(people) ? (people[0] as Json | undefined) : undefined;
    if (typeof person !== 'object' || person === null || Array.isArray(person)) continue;
    const { family, literal } = person as Readonly<Record<string, Json>>;
    const name = typeof family === 'string' ? plainWord(family) : firstWord(literal);
    if (name !== '') return name;
  }
  return '';
}

/** The year of publication as it is written; undefined where it is unknown. */
export function yearOf(csl: Csl): string | undefined {
  const { issued } = csl;
  if (typeof issued !== 'object' || issued === null || Array.isArray(issued)) return undefined;
  const date = issued as Readonly<Record<string, Json>>;
  const parts = date['date-parts'];
  const first =
    Array.isArray(parts) && Array.isArray(parts[0]) ? (parts[0][0] as Json | undefined) : undefined;
  const said = first ?? date['raw'] ?? date['literal'];
  return typeof said === 'string' || typeof said === 'number' ? /\d{4}/.exec(String(said))?.[0] : undefined;
}

function firstWord(value: Json | undefined): string {
  if (typeof value !== 'string') return '';
  const words = value
    .replaceAll(/<[^>]*>/g, '')
    .split(/\s+/)
    .map(plainWord)
    .filter((word) => word !== '');
  return words.find((word) => word.length > 3) ?? words[0] ?? '';
}

/** Letters and digits without their accents, in lower case. Letters of other scripts stay. */
function plainWord(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase()
    .slice(0, 40)
    .toWellFormed();
}

import type { Json } from '../../db/catalogue/types.ts';
import type { PrivacySettings } from './privacy-settings.ts';

export type Detector = PrivacySettings['redaction']['detectors'][number];

/** One blank or hyphen as documents write it between digits: the plain ones, and those that keep a line from breaking. */
const gap = '[ \\u00a0\\u2007\\u2009\\u202f\\u2010\\u2011-]';

/**
 * What each detector finds. Every pattern is bounded, so that a hostile text costs linear time. Names of persons are told by no
 * pattern: a policy that asks for them keeps the whole text back (`hidesWhole`).
 */
const patterns: Readonly<Record<Exclude<Detector, 'person_names'>, RegExp>> = {
  email: /[\p{L}\p{N}._%+-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}[\p{L}]{2,24}/gu,
  iban: new RegExp(`\\b[A-Z]{2}\\d{2}(?:${gap}?[A-Z0-9]){11,30}\\b`, 'gu'),
  card: new RegExp(`(?<!\\d)\\d(?:${gap}?\\d){12,}`, 'gu'),
  national_id: /\b(?:\d{3}-\d{2}-\d{4}|\d{2} \d{6} [A-Z] \d{3}|[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D])\b/gu,
  phone: new RegExp(`(?<![\\p{L}\\p{N}])(?:\\+|00|\\(?0)\\d(?:(?:${gap}|[()./]){0,2}\\d){6,14}(?!\\d)`, 'gu'),
};

/** In this order, because a card's or an account's digits would else count as a phone. */
const order = ['email', 'iban', 'card', 'national_id', 'phone'] as const;

/** Whether a policy asks for something that no pattern can find, so that a text is kept back as a whole. */
export function hidesWhole(redaction: PrivacySettings['redaction']): boolean {
  return redaction.detectors.includes('person_names');
}

/** A text without what the policy's detectors find, and how much that was. */
export function redactText(
  text: string,
  redaction: PrivacySettings['redaction'],
): { readonly text: string; readonly found: number } {
  let found = 0;
  let clean = text;
  for (const detector of order) {
    if (!redaction.detectors.includes(detector)) continue;
    const replacement = redaction.style === 'drop' ? '' : `[${detector}]`;
    clean = clean.replace(patterns[detector], (match) => {
      const without = detector === 'card' ? withoutCards(match, replacement) : null;
      found += without === null ? 1 : without.found;
      return without === null ? replacement : without.text;
    });
  }
  return { text: clean, found };
}

/** Whether a value holds a text from which the policy takes something out, or all. */
export function holdsRedacted(value: Json, redaction: PrivacySettings['redaction']): boolean {
  if (typeof value === 'string') return hidesWhole(redaction) || redactText(value, redaction).found > 0;
  if (value === null || typeof value !== 'object') return false;
  return Object.values(value).some((each: Json) => holdsRedacted(each, redaction));
}

/** How the numbers of payment cards begin: rows of years and of amounts mostly begin otherwise. */
const cardBeginning = /^(?:2[2-7]|3|4|5|6)/u;

/** Lengths of card numbers (ISO/IEC 7812-1), the longest first. */
const cardLengths = [19, 18, 17, 16, 15, 14, 13] as const;

/**
 * A run of digits without the card numbers in it. A number may be followed by other digits, such as its date or its check value, so
 * every group of the run is tried as a beginning.
 */
function withoutCards(run: string, replacement: string): { text: string; found: number } {
  const places = [...run.matchAll(/\d/gu)].map((match) => match.index);
  let text = '';
  let found = 0;
  let copied = 0;
  for (let first = 0; first < places.length; first += 1) {
    const start = places[first] ?? 0;
    if (first > 0 && places[first - 1] === start - 1 && copied !== start) continue;
    const length = cardLengths.find(
      (each) =>
        first + each <= places.length &&
        passesLuhn(run.slice(start, (places[first + each - 1] ?? 0) + 1)) &&
        places[first + each] !== (places[first + each - 1] ?? 0) + 1,
    );
    if (length === undefined || !cardBeginning.test(run.slice(start))) continue;
    text += run.slice(copied, start) + replacement;
    found += 1;
    copied = (places[first + length - 1] ?? 0) + 1;
    first += length - 1;
  }
  return { text: text + run.slice(copied), found };
}

/** The checksum of card numbers (ISO/IEC 7812-1, annex B). */
function passesLuhn(match: string): boolean {
  const digits = match.replace(/\D/gu, '');
  let sum = 0;
  for (let at = 0; at < digits.length; at += 1) {
    const digit = Number(digits[digits.length - 1 - at]);
    const doubled = at % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

import type { PrivacySettings } from '../../sync/core/privacy-settings.ts';

export type Detector = PrivacySettings['redaction']['detectors'][number];

/**
 * What each detector finds. Every pattern is bounded, so that a hostile text costs linear time. Names of persons are told by no
 * pattern: a policy that asks for them keeps the whole text back (`hidesWhole`).
 */
const patterns: Readonly<Record<Exclude<Detector, 'person_names'>, RegExp>> = {
  email: /[\p{L}\p{N}._%+-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}[\p{L}]{2,24}/gu,
  iban: /\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}\b/gu,
  card: /\b(?:\d[ -]?){12,18}\d\b/gu,
  national_id: /\b(?:\d{3}-\d{2}-\d{4}|\d{2} \d{6} [A-Z] \d{3}|[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D])\b/gu,
  phone: /(?<![\p{L}\p{N}])(?:\+|00|\(?0)\d(?:[ ()./-]{0,2}\d){6,14}(?!\d)/gu,
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
    clean = clean.replace(patterns[detector], (match) => {
      if (detector === 'card' && !passesLuhn(match)) return match;
      found += 1;
      return redaction.style === 'drop' ? '' : `[${detector}]`;
    });
  }
  return { text: clean, found };
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

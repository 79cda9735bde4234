import type { EntityName } from './catalogue.ts';
import { entitySpec } from './catalogue.ts';

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * The short name that people read and say, such as `E-7KQ2`: the kind's letter and Crockford base-32 characters of the
 * id's random tail. Derived, never stored. `length` grows by one where two labels in view collide.
 * Entities that are not spoken of answer with the empty string.
 */
export function labelOf(entity: EntityName, id: string, length = 4): string {
  const letter = entitySpec(entity).label;
  if (letter === undefined) return '';
  let tail = BigInt(`0x${id.replaceAll('-', '').slice(-16)}`);
  let text = '';
  for (let at = 0; at < length; at += 1) {
    text = alphabet.charAt(Number(tail & 31n)) + text;
    tail >>= 5n;
  }
  return `${letter}-${text}`;
}

/** The last five hexadecimal digits, in upper case, of every id whose label ends in these characters (four or more of the alphabet). */
export function labelTail(characters: string): string {
  const bits = characters
    .slice(-4)
    .split('')
    .reduce((sum, character) => sum * 32 + alphabet.indexOf(character), 0);
  return bits.toString(16).toUpperCase().padStart(5, '0');
}

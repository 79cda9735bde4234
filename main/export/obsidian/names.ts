import type { EntityName } from '../../../db/catalogue/catalogue.ts';
import { labelOf } from '../../../db/catalogue/label.ts';
import type { Id } from '../../../db/catalogue/rows.ts';

/** Longest part of a title in a file's name, in characters and in bytes of UTF-8: names of 255 bytes fit every file system. */
const mostCharacters = 80;
const mostBytes = 160;

/**
 * What a note is called: its title as far as file systems and wiki links can say it, and its label. The label makes the name unique,
 * and none that Windows keeps for itself.
 */
export function stemOf(title: string, label: string): string {
  const words = title
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cn}\p{Co}]/gu, ' ')
    .replaceAll(/[\\/:*?"<>|#^[\]%]/g, ' ')
    .replaceAll(/\s+/gu, ' ')
    .replace(/^[\s.]+/u, '');
  const short = shortened(words).replace(/[\s.]+$/u, '');
  return short === '' ? label : `${short} (${label})`;
}

function shortened(words: string): string {
  let short = '';
  let bytes = 0;
  let characters = 0;
  for (const character of words) {
    bytes += Buffer.byteLength(character);
    characters += 1;
    if (bytes > mostBytes || characters > mostCharacters) return short;
    short += character;
  }
  return short;
}

/** Labels that tell these rows apart: longer ones where short ones collide. */
export function labelsOf(entity: EntityName, ids: readonly Id[]): ReadonlyMap<Id, string> {
  for (let length = 4; length < 12; length += 1) {
    const labels = new Map(ids.map((id) => [id, labelOf(entity, id, length)]));
    if (new Set(labels.values()).size === labels.size) return labels;
  }
  return new Map(ids.map((id) => [id, id]));
}

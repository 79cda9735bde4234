import { columnSpec } from '../../../db/catalogue/catalogue.ts';
import { addElement, removeElement } from '../../../db/replica/rows/elements.ts';
import { digestOfText } from '../../export/obsidian/note-text.ts';
import type { KnownNote } from '../../import/obsidian/read-folder.ts';
import type { Taking } from './import-note-links.ts';

/** A property's words. One that has none says nothing: programs that edit notes empty properties on their way. */
export function propertyText(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}

/** The status that a note says, where it can be one; what cannot be one is told of. */
export function statusIn(
  taking: Taking,
  { note, exported }: KnownNote,
  entity: 'research_sessions' | 'research_claims',
): string | undefined {
  const said = propertyText(note.properties['status']);
  if (said === undefined || exported['status'] === digestOfText(said)) return said;
  const values = columnSpec(entity, 'status')?.values ?? [];
  if (values.includes(said)) return said;
  taking.problem(
    note.path,
    `Its status “${said}” is none of ${values.join(', ')}. The Workbench's status was kept.`,
  );
  return undefined;
}

/**
 * Adds and removes the tags that were added and removed in a note since it was exported. Tags are a set: what was done to others of
 * them in the Workbench meanwhile stays, and nothing is in conflict.
 */
export function takeTags(
  taking: Taking,
  { id, note, exported }: KnownNote,
  entity: 'evidence' | 'research_claims',
  row: { readonly _deleted: boolean; readonly tags?: unknown },
): void {
  const said = tagsIn(note.properties['tags']);
  if (said === null) return;
  const was = new Set((exported['tags'] ?? '').split(' '));
  const here: readonly string[] = Array.isArray(row.tags) ? row.tags.map(String) : [];
  const added = said.filter((tag) => !was.has(digestOfText(tag)) && !here.includes(tag));
  const removed = here.filter((tag) => was.has(digestOfText(tag)) && !said.includes(tag));
  if (added.length + removed.length === 0) return;
  if (row._deleted) {
    taking.problem(
      note.path,
      "Its tags were edited here and it is in the trash. The Workbench's tags were kept.",
    );
    return;
  }
  for (const tag of added) addElement(taking.tx, entity, id, 'tags', tag);
  for (const tag of removed) removeElement(taking.tx, entity, id, 'tags', tag);
  taking.counts.edited += 1;
}

/** The tags that a note says, each once; null where the property is not there or empty, which says nothing. */
function tagsIn(value: unknown): readonly string[] | null {
  const list: readonly unknown[] | null = Array.isArray(value)
    ? value
    : typeof value === 'string'
      ? value.split(',')
      : null;
  if (list === null) return null;
  const tags = list.flatMap((each) => propertyText(each)?.trim() ?? []).filter((tag) => tag !== '');
  return [...new Set(tags)];
}

import type { EntityName } from '../../db/catalogue/catalogue.ts';
import type { ExportFilter } from '../outbound/export-filter.ts';

/** A row as a filter asks for it: its id and its columns. */
export type Subject = { readonly id: string } & Readonly<object>;

/**
 * The words of one value as the gate lets them pass: null where there is none or where it is withheld, a bracketed note where
 * it is redacted as a whole. A reader can tell that something was taken out, and never what.
 */
export type Say = (entity: EntityName, column: string, value: unknown, row: Subject) => string | null;

/** Words in place of a value that a rule keeps back. */
export const redactedNote = '[redacted]';

/** Reads values through a filter as words. */
export function sayThrough(filter: ExportFilter): Say {
  return (entity, column, value, row) => {
    if (value === null || value === undefined || value === '') return null;
    const passed = filter(entity, column, value, { ...row });
    if (passed === null || passed === undefined || passed === '') return null;
    if (typeof passed === 'string') return passed;
    return typeof passed === 'number' || typeof passed === 'boolean' ? String(passed) : redactedNote;
  };
}

/** A file's name made of a title: letters and digits of any script, at most 60 of them. */
export function fileNameOf(title: string, otherwise: string): string {
  const safe = title.replaceAll(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '');
  return (safe === '' ? otherwise : safe).slice(0, 60).replace(/[\ud800-\udbff]$/u, '');
}

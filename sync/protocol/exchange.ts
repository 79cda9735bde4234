import { z } from 'zod';
import { idSchema as id, jsonSchema as json, sha256Schema, stampSchema as stamp } from './primitives.ts';

/**
 * The exchanged form of one logged transaction: complete in itself, with stamps as text. Entities and columns go by their
 * stable numbers, so that a build forwards what it does not know.
 *
 * Versions: 1 (2026-11) first form.
 */
export const exchangeVersion = 1;

const row = { entity: z.number().int().positive(), row: id, scope: z.string().min(1) };
/** A column's number, or `number/key` for a key of a map. */
const cell = z.union([z.number().int().positive(), z.string().regex(/^[1-9]\d*\//)]);

const cellWrite = z.strictObject({
  cell,
  value: json,
  base: z.array(stamp),
  seen: z.array(stamp).optional(),
  /** The author's laptop keeps the value to itself, by this version of the settings: `value` is null then, and a mask is shown. */
  withheld: z.number().int().min(0).optional(),
});

/** One row's change. Values are as the log holds them: ids as bare hexadecimal, a map's key as `[value]` or `[]` for absent. */
export const exchangedEntrySchema = z.discriminatedUnion('op', [
  z.strictObject({
    op: z.literal('insert'),
    ...row,
    values: z.array(json),
    /** Cells whose values the author's laptop keeps to itself; `values` has null in their places. */
    withheld: z.strictObject({ version: z.number().int().min(0), cells: z.array(cell).min(1) }).optional(),
  }),
  z.strictObject({ op: z.literal('update'), ...row, cells: z.array(cellWrite) }),
  z.strictObject({ op: z.literal('delete'), ...row, base: z.array(stamp), stamps: z.array(stamp) }),
  z.strictObject({ op: z.literal('restore'), ...row, base: z.array(stamp) }),
  z.strictObject({
    op: z.literal('dismiss'),
    ...row,
    cell: z.union([cell, z.literal('@')]),
    stamps: z.array(stamp),
  }),
  z.strictObject({ op: z.literal('purge'), ...row }),
]);

export const exchangedTransactionSchema = z.strictObject({
  v: z.literal(exchangeVersion),
  stamp,
  command: z.string(),
  origin: z.enum(['local', 'undo', 'import', 'migration', 'enrol']),
  author: id,
  replica: id,
  schemaVersion: z.number().int().positive(),
  undoes: stamp.optional(),
  pick: z.literal(true).optional(),
  entries: z.array(exchangedEntrySchema),
  /** Bodies that the entries name by hash, in base 64. */
  bodies: z.record(sha256Schema, z.base64()),
});

export type ExchangedEntry = z.infer<typeof exchangedEntrySchema>;
export type ExchangedTransaction = z.infer<typeof exchangedTransactionSchema>;

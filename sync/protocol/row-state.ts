import { z } from 'zod';
import {
  cellNameSchema,
  idSchema,
  jsonSchema,
  rowHashSchema,
  rowSaltSchema,
  scopeSchema,
  sequenceSchema,
  stampSchema,
} from './primitives.ts';

/**
 * A row as the server sends it: what its cells remember, so that the receiver joins its own pending writes by the same
 * rules. Letters are short because a page holds thousands of rows.
 */

/** What a live write carries beside its value: the first stamp that it replaced, that one's value, what a delete saw. */
const writeExtra = z.strictObject({
  over: stampSchema.optional(),
  was: jsonSchema.optional(),
  saw: z.array(stampSchema).optional(),
});

const writerIndex = z.number().int().min(0);
const wireWrite = z.union([
  z.tuple([writerIndex, jsonSchema]),
  z.tuple([writerIndex, jsonSchema, writeExtra]),
]);

/** One live write alone, or live writes with superseded, demoted and dismissed stamps. */
const wireCell = z.union([
  z.tuple([writerIndex, jsonSchema]),
  z.strictObject({
    l: z.array(wireWrite),
    su: z.array(stampSchema).optional(),
    dm: z.array(stampSchema).optional(),
    ds: z.array(stampSchema).optional(),
  }),
]);

const identity = { e: z.number().int().positive(), i: idSchema, sc: scopeSchema };

/** The part of a row that its hash covers. */
export const rowContentSchema = z.strictObject({
  /** Cells by name. A column that the insert wrote as null and that nobody has written since is left out. */
  cells: z.record(cellNameSchema, wireCell),
  ...identity,
  /** Place in `t` of the insert, and how many columns it wrote. Absent where only later writes have arrived. */
  n: z.tuple([writerIndex, z.number().int().min(0)]).optional(),
  st: z.enum(['live', 'purged']),
  /** The writers of live cells: stamp, author, and place in the order where the server moved it. */
  t: z.array(
    z.union([z.tuple([stampSchema, idSchema]), z.tuple([stampSchema, idSchema, z.number().int().min(0)])]),
  ),
  /** New for each version, and known only to who is given all of it: the hash tells others nothing of what it covers (P28). */
  x: rowSaltSchema.optional(),
});

/** A row's whole state at a sequence number. `m`: the hash of what stands here, where something is hidden from this reader alone. */
export const rowLineSchema = rowContentSchema.extend({
  s: sequenceSchema,
  h: rowHashSchema,
  m: rowHashSchema.optional(),
});

/**
 * A row whose state the receiver holds already: it wrote last, over what it had been given. `f`: the highest number under which
 * somebody else wrote the row, where somebody did. A cursor says only which numbers were passed, and the row has left that number; so
 * the receiver holds the state only where it knows the row from that number on.
 */
export const headerLineSchema = z.strictObject({
  ...identity,
  s: sequenceSchema,
  h: rowHashSchema,
  f: sequenceSchema.optional(),
});

/**
 * A row that left a scope. It removes the local row only where that still stands in this scope, and where the receiver does not
 * hold the scope that it went to: `to` names that where the receiver asked for it too.
 */
export const exitLineSchema = z.strictObject({
  ...identity,
  s: sequenceSchema,
  st: z.literal('exit'),
  to: scopeSchema.optional(),
});

export type RowContent = z.infer<typeof rowContentSchema>;
export type RowLine = z.infer<typeof rowLineSchema>;
export type HeaderLine = z.infer<typeof headerLineSchema>;
export type ExitLine = z.infer<typeof exitLineSchema>;
/** A row of a page: its whole state, its header alone, or that it left the scope. */
export type PageRow = RowLine | HeaderLine | ExitLine;
export type WireCell = z.infer<typeof wireCell>;
export type WireWrite = z.infer<typeof wireWrite>;

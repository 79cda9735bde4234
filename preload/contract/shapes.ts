import { z } from 'zod';
import { entitySchema, idSchema } from './payload.ts';

/** A row as screens and scripts receive it: `id`, `_scope`, `_deleted`, and the catalogue's columns by name. */
export const rowSchema = z.looseObject({ id: idSchema });

/** A change that a transaction made to one row. */
export const changeSchema = z.object({ entity: entitySchema, id: idSchema, columns: z.array(z.string()) });

/** What an edit, an undo or a redo did, and what it left alone because somebody changed it since. */
export const outcomeSchema = z.object({
  changed: z.array(changeSchema),
  skipped: z.array(changeSchema),
  /** Name of the command that was done, undone or redone; null where there was nothing to do. */
  command: z.string().nullable(),
});

/** One person's or agent's position on a judged column. */
export const positionSchema = z.object({
  authorId: idSchema,
  author: z.string(),
  value: z.json(),
  rationale: z.string().nullable(),
  at: z.string(),
});

/** A judged column: its agreed value, or contested with every position. */
export const judgementSchema = z.object({
  column: z.string(),
  state: z.enum(['none', 'agreed', 'contested']),
  value: z.json(),
  positions: z.array(positionSchema),
});

/** A lost write that nobody has decided on: what is shown, what was lost, and by whom. */
export const conflictSchema = z.object({
  id: idSchema,
  entity: entitySchema,
  row: idSchema,
  column: z.string(),
  base: z.json(),
  mine: z.json(),
  theirs: z.json(),
  by: z.string(),
});

/** One step of a row's history. Values are as they were shown then. */
export const historyEntrySchema = z.object({
  at: z.string(),
  author: z.string(),
  /** True for what was written in this workspace; else the device on which it was, null where that is not known. */
  here: z.boolean(),
  device: z.string().nullable(),
  origin: z.string(),
  command: z.string(),
  operation: z.enum(['insert', 'update', 'delete', 'restore', 'dismiss', 'purge']),
  columns: z.record(z.string(), z.object({ old: z.json(), new: z.json() })),
});

/** A window of a long list: where it starts, the rows in it, and how many there are in all. */
export function windowSchema<T extends z.ZodType>(row: T) {
  return z.object({ offset: z.number().int(), total: z.number().int(), rows: z.array(row) });
}

/** Which part of a list is asked for. At most 500 rows cross a border at once. */
export const windowRequestSchema = z.object({
  offset: z.number().int().min(0).default(0),
  limit: z.number().int().min(1).max(500).default(100),
});

export const sortSchema = z.object({ column: z.string(), direction: z.enum(['ascending', 'descending']) });

export type Judgement = z.infer<typeof judgementSchema>;
export type Conflict = z.infer<typeof conflictSchema>;
export type HistoryEntry = z.infer<typeof historyEntrySchema>;
export type Outcome = z.infer<typeof outcomeSchema>;
export type Change = z.infer<typeof changeSchema>;

import { z } from 'zod';
import type { EntityName } from '../../db/catalogue/catalogue.ts';
import { columnsOf, entityNames } from '../../db/catalogue/catalogue.ts';
import type { ColumnSpec } from '../../db/catalogue/types.ts';
import { anchorSchema } from './anchor.ts';
import { plainTextSchema } from './text.ts';

/** UUID as lower-case text. */
export const idSchema = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

/** UTC ISO-8601 with milliseconds. */
export const timestampSchema = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

/** An ISO-8601 date; the month and the day may be unknown. */
export const dateSchema = z.string().regex(/^\d{4}(-\d\d(-\d\d)?)?$/);

export const entitySchema = z.enum(entityNames as [EntityName, ...EntityName[]]);

function scalarSchema(spec: ColumnSpec): z.ZodType {
  switch (spec.type) {
    case 'id':
      return idSchema;
    case 'enum':
      return z.enum(spec.values as [string, ...string[]]);
    case 'integer':
      return numberSchema(z.number().int().safe(), spec);
    case 'real':
      return numberSchema(z.number(), spec);
    case 'boolean':
      return z.boolean();
    case 'timestamp':
      return timestampSchema;
    case 'date':
      return dateSchema;
    case 'json':
      return spec.shape === 'anchor' ? anchorSchema : z.json();
    case 'hash':
      return z.string().regex(/^[0-9a-f]{64}$/);
    case 'text':
      return plainTextSchema;
  }
}

function numberSchema(schema: z.ZodNumber, spec: ColumnSpec): z.ZodNumber {
  const atLeast = spec.min === undefined ? schema : schema.min(spec.min);
  return spec.max === undefined ? atLeast : atLeast.max(spec.max);
}

/** The schema of one value of a column as it crosses a border; null where the column may be empty. */
export function valueSchema(spec: ColumnSpec): z.ZodType {
  const schema = spec.merge === 'set' ? z.array(plainTextSchema) : scalarSchema(spec);
  return spec.required === true ? schema : schema.nullable();
}

/** The schema of what an `edit` of an entity may carry: its columns that can still be written, each optional. */
export function patchSchema(entity: EntityName): z.ZodObject {
  const writable = columnsOf(entity).filter(([, spec]) => spec.merge !== 'once' && spec.merge !== 'derived');
  return z.strictObject(
    Object.fromEntries(writable.map(([name, spec]) => [name, valueSchema(spec).optional()])),
  );
}

/** The schema of what an `add` of an entity takes: required columns, any others, and an id where the caller mints it. */
export function newRowSchema(entity: EntityName): z.ZodObject {
  const columns = columnsOf(entity).filter(([, spec]) => spec.merge !== 'derived');
  const shape = columns.map(([name, spec]) => {
    const provided = name === 'created_at' || name === 'created_by';
    return [
      name,
      spec.required === true && !provided ? valueSchema(spec) : valueSchema(spec).optional(),
    ] as const;
  });
  return z.strictObject({ id: idSchema.optional(), ...Object.fromEntries(shape) });
}

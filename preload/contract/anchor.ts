import { z } from 'zod';
import type { Anchor } from '../../db/catalogue/anchor.ts';
import { plainTextSchema } from './text.ts';

const count = z.number().int().min(0);
const fraction = z.number().min(0).max(1);

/** A part of a page by rectangles, as fractions of its width and height. */
export const pageSelectorSchema = z.strictObject({
  type: z.literal('PageSelector'),
  page: z.number().int().min(1),
  rectangles: z.array(z.strictObject({ x: fraction, y: fraction, width: fraction, height: fraction })),
});

/** A range of cells, the last ones included. */
export const tableSelectorSchema = z
  .strictObject({
    type: z.literal('TableSelector'),
    table: count,
    firstRow: count,
    lastRow: count,
    firstColumn: count,
    lastColumn: count,
  })
  .refine((range) => range.firstRow <= range.lastRow && range.firstColumn <= range.lastColumn, {
    message: 'A range of a table ends after it starts.',
  });

const selectorSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('TextQuoteSelector'),
    exact: plainTextSchema.min(1),
    prefix: plainTextSchema.exactOptional(),
    suffix: plainTextSchema.exactOptional(),
  }),
  z
    .strictObject({ type: z.literal('TextPositionSelector'), start: count, end: count })
    .refine(({ start, end }) => start < end, { message: 'A passage ends after it starts.' }),
  pageSelectorSchema,
  tableSelectorSchema,
]);

/** Where a passage stands, as it crosses a border: at least one selector. */
export const anchorSchema: z.ZodType<Anchor> = z.strictObject({
  selectors: z.array(selectorSchema).min(1),
});

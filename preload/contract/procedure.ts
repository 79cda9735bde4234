import { oc } from '@orpc/contract';
import type { z } from 'zod';
import { errorCodes, failureSchema } from './errors.ts';

const details = failureSchema.shape.details;

/** Each failure is declared, so that a caller can tell them apart by code. */
const errors = Object.fromEntries(errorCodes.map((code) => [code, { data: details }]));

/** A call: what it takes and what it answers with, both checked at the border. */
export function procedure<I extends z.ZodType, O extends z.ZodType>(input: I, output: O) {
  return oc.errors(errors).input(input).output(output);
}

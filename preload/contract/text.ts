import { z } from 'zod';

/** Text as the product accepts it: well-formed and without NUL. */
export const plainTextSchema = z.string().refine((text) => text.isWellFormed() && !text.includes('\u0000'), {
  message: 'Text must be well-formed Unicode without NUL characters.',
});

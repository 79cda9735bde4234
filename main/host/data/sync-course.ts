import { z } from 'zod';

/** What a person decided about sync on this laptop. It is kept in the workspace, so that a restart decides nothing anew. */
export const syncCourseSchema = z.object({
  /** False from connecting until the person has seen what would leave and said to begin: nothing is sent or taken meanwhile. */
  begun: z.boolean(),
  /** The person works offline: no message goes out. */
  offline: z.boolean(),
  /** The first sync has come to its end. */
  complete: z.boolean(),
});

export type SyncCourse = z.infer<typeof syncCourseSchema>;

/** Of a workspace in which nothing was decided. */
export const plainCourse: SyncCourse = { begun: true, offline: false, complete: true };

/** A stored course; the plain one where there is none. */
export function courseOf(stored: unknown): SyncCourse {
  const parsed = syncCourseSchema.safeParse(stored);
  return parsed.success ? parsed.data : plainCourse;
}

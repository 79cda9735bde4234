import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { activitySchema } from './capture.ts';
import { statusSchema } from './governance.ts';
import { entitySchema, idSchema } from './payload.ts';
import { syncStatusSchema } from './sync.ts';
import { currentWorkspaceSchema } from './workspaces.ts';

/** What the host tells every window. A window that was away asks again for what it shows. */
export const eventSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('changed'),
    command: z.string(),
    origin: z.string(),
    rows: z.array(z.object({ entity: entitySchema, id: idSchema })),
    /** True where more rows changed than are named. */
    more: z.boolean(),
  }),
  z.object({ kind: z.literal('activity'), activity: activitySchema }),
  z.object({ kind: z.literal('status'), status: statusSchema }),
  z.object({ kind: z.literal('sync'), status: syncStatusSchema }),
  z.object({ kind: z.literal('workspace'), current: currentWorkspaceSchema }),
]);

export const events = { subscribe: oc.input(z.void()).output(eventIterator(eventSchema)) };

export type WorkbenchEvent = z.infer<typeof eventSchema>;

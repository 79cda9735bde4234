import { z } from 'zod';
import { entitySchema, idSchema } from './payload.ts';
import { procedure } from './procedure.ts';

/** Who made a write, and when. The name is empty where nobody knows. */
const writtenBySchema = z.object({ name: z.string(), isMine: z.boolean(), at: z.string() });

const row = { entity: entitySchema, row: idSchema, label: z.string(), title: z.string() };

const conflictItemSchema = z.object({
  id: idSchema,
  ...row,
  column: z.string(),
  base: z.json(),
  /** What is shown now. */
  shown: z.json(),
  /** What another laptop wrote at the same time. */
  lost: z.json(),
  /** The name of who wrote the lost value. */
  by: z.string(),
  lostBy: writtenBySchema,
  shownBy: writtenBySchema.nullable(),
});

/** A delete of this person's that somebody's work withstood (MR15). */
const deleteNoticeSchema = z.object({
  id: idSchema,
  ...row,
  deletedAt: z.string(),
  /** Who else worked on it last, as far as is known here. */
  editedBy: writtenBySchema.nullable(),
});

/** A row on which people judge differently: every position with its name. None of them is ever overwritten. */
const splitSchema = z.object({
  ...row,
  judgements: z.array(
    z.object({
      column: z.string(),
      positions: z.array(
        z.object({
          person: z.string(),
          isMine: z.boolean(),
          value: z.json(),
          rationale: z.string().nullable(),
          at: z.string(),
        }),
      ),
    }),
  ),
});

const inboxItemSchema = z.object({
  n: z.number().int(),
  at: z.string(),
  kind: z.enum(['rejected', 'revoked', 'forbidden']),
  code: z.string(),
  sentence: z.string(),
  /** What the transaction did, in words; null where its values were erased. */
  command: z.string().nullable(),
  rows: z.array(
    z.object({
      entity: entitySchema,
      id: idSchema,
      label: z.string(),
      title: z.string(),
      /** What it wrote into the row, by column; long texts only begin here, and an edit of a text has the words that it adds. */
      written: z.record(z.string(), z.json()),
    }),
  ),
});

/** A text in which words of others came to stand beside this person's: nothing is to be decided. */
const mergedSchema = z.object({ ...row, column: z.string(), by: z.array(z.string()), at: z.string() });

const decidedSchema = z.object({ decided: z.number().int() });

/** What sync could not decide, and a person has to. */
export const inbox = {
  conflicts: procedure(z.void(), z.array(conflictItemSchema)),
  /** Decides conflicts: `theirs` takes the lost value, `mine` keeps what is shown; or a value that was merged by hand. */
  decide: procedure(
    z.strictObject({
      ids: z.array(idSchema).min(1).max(500),
      take: z.enum(['mine', 'theirs', 'merged']),
      value: z.json().optional(),
    }),
    decidedSchema,
  ),
  notices: procedure(z.void(), z.array(deleteNoticeSchema)),
  /** Answers notices: `delete` again, which takes the row away for everybody, or `keep` it. */
  answerDeletes: procedure(
    z.strictObject({ ids: z.array(idSchema).min(1).max(500), word: z.enum(['delete', 'keep']) }),
    decidedSchema,
  ),
  splits: procedure(z.void(), z.array(splitSchema)),
  /** Texts that were merged since they were last seen, for who wrote in them shortly before. */
  merged: procedure(z.void(), z.array(mergedSchema)),
  mergedSeen: procedure(z.void(), z.void()),
  inbox: procedure(z.void(), z.array(inboxItemSchema)),
  settle: procedure(
    z.strictObject({
      items: z.array(z.number().int()).min(1).max(500),
      word: z.enum(['retried', 'kept', 'discarded']),
    }),
    z.object({ settled: z.number().int() }),
  ),
};

export type SyncConflict = z.infer<typeof conflictItemSchema>;
export type DeleteNoticeItem = z.infer<typeof deleteNoticeSchema>;
export type MergedItem = z.infer<typeof mergedSchema>;
export type SplitItem = z.infer<typeof splitSchema>;
export type SyncInboxItem = z.infer<typeof inboxItemSchema>;

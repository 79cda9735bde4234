import { listedBackups } from './care.ts';
import { vectorCounts, workspaceSizes } from './maintenance.ts';
import { readMeta } from '../../../db/replica/transaction/meta.ts';
import type { Id } from '../../../db/catalogue/rows.ts';
import { closeDb, type ReadableDb } from '../../../db/replica/sqlite/open.ts';
import { layoutOf } from '../../../db/replica/workspace/layout.ts';
import { openReader } from '../../../db/replica/workspace/workspace.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import type { Receipt } from '../../outbound/receipts.ts';
import type { Caller } from '../threads/caller.ts';
import type { WriterCalls, WriterOptions } from './writer.ts';

export interface ReadingWriterOptions extends WriterOptions {
  /** The workspace's own folder; `folder` is where its copy stands. */
  readonly original: string;
  /** Keeps receipts of what leaves durably, outside the workspace. */
  readonly keepReceipts: (receipts: readonly Receipt[]) => void;
}

/** What is asked of the writer and changes nothing. */
function answers(db: ReadableDb, { original, keepReceipts }: ReadingWriterOptions) {
  const layout = layoutOf(original);
  return {
    'workspace.facts': () => ({
      name: readMeta(db, 'name') ?? '',
      author: (readMeta(db, 'author') ?? '') as Id,
      wasCopied: false,
    }),
    'workspace.sizes': () => workspaceSizes(layout),
    'vectors.counts': () => vectorCounts(db),
    'edits.undoState': () => ({ undo: null, redo: null }),
    'backup.list': () => listedBackups(layout.backups),
    'receipts.record': keepReceipts,
    // Nobody is signed in: nothing is sent or taken while a workspace is only read.
    'sync.credentials': () => null,
  } satisfies {
    [N in keyof WriterCalls]?: (
      args: WriterCalls[N]['args'],
    ) => WriterCalls[N]['result'] | Promise<WriterCalls[N]['result']>;
  };
}

/**
 * Stands where the writer stands in a workspace that is only read: answers what changes nothing, and refuses every other call,
 * whoever makes it. It has no connection that could write.
 */
export function readingWriter(options: ReadingWriterOptions): Caller<WriterCalls> {
  let db: ReadableDb | undefined;
  return {
    call: async (name, args) => {
      db ??= openReader({ folder: options.folder, dataKey: options.dataKey });
      const known: Readonly<Record<string, (args: never) => unknown>> = answers(db, options);
      if (!Object.hasOwn(known, name)) throw onlyRead();
      return (await known[name]?.(args as never)) as never;
    },
    stop: async () => {
      if (db !== undefined) closeDb(db);
    },
  };
}

/** The refusal of every change. */
export function onlyRead(): WorkbenchError {
  return new WorkbenchError(
    'not-allowed',
    'This workspace is open for reading only, so nothing in it was changed. Open it again where it can be written.',
  );
}

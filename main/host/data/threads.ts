import type { Log } from '../log/log.ts';
import { type Caller, inlineCaller } from '../threads/caller.ts';
import { ThreadClient } from '../threads/thread-client.ts';
import type { PrintingCalls } from './printing.ts';
import type { ReaderCalls } from './reader.ts';
import type { EmbedNote, ModelChoice, SearchCalls } from './search.ts';
import type { ChangeNote } from './change-note.ts';
import type { WriterCalls, WriterOptions } from './writer.ts';

/**
 * The three that work on a workspace's file: the one that writes, the one for lists, the one for search; and the one that makes PDF
 * files, which knows no workspace. It starts when it is first needed.
 */
export interface DataThreads {
  readonly writer: Caller<WriterCalls>;
  readonly lists: Caller<ReaderCalls>;
  readonly search: Caller<SearchCalls>;
  readonly printing: Caller<PrintingCalls>;
}

export interface DataOptions extends WriterOptions {
  readonly log: Log;
  /** Takes the writer's place where a workspace is only read. */
  readonly writer?: Caller<WriterCalls>;
  readonly onChange: (change: ChangeNote) => void;
  readonly onEmbed: (question: EmbedNote) => void;
  /** Asked when search is first used. */
  readonly model: () => Promise<ModelChoice>;
}

/** Longest time of one question; a list that takes longer is a fault, and its thread is replaced. */
const listLimit = 20_000;
const searchLimit = 30_000;
/** A hostile PDF may keep its reader busy for ever. */
const printingLimit = 120_000;

/** Each in a thread of its own: for hosts that serve windows. The search thread is told its model once it runs. */
export function startThreads(options: DataOptions): DataThreads {
  const place: WriterOptions = { folder: options.folder, dataKey: options.dataKey };
  const thread = { data: place, log: options.log };
  return {
    writer:
      options.writer ??
      new ThreadClient<WriterCalls>({
        ...thread,
        name: 'writer',
        module: new URL('./writer-thread.ts', import.meta.url),
        limitMilliseconds: null,
        inFlight: 64,
        onNote: (change) => options.onChange(change as ChangeNote),
      }),
    lists: new ThreadClient<ReaderCalls>({
      ...thread,
      name: 'lists',
      module: new URL('./reader-thread.ts', import.meta.url),
      limitMilliseconds: listLimit,
      inFlight: 1,
    }),
    search: new ThreadClient<SearchCalls>({
      ...thread,
      data: async () => ({ ...place, model: await options.model() }),
      name: 'search',
      module: new URL('./search-thread.ts', import.meta.url),
      limitMilliseconds: searchLimit,
      inFlight: 8,
      onNote: (question) => options.onEmbed(question as EmbedNote),
    }),
    printing: printingThread(options.log),
  };
}

/** Its own thread wherever the host runs, so that there is something to end when a file keeps it busy. */
function printingThread(log: Log): Caller<PrintingCalls> {
  return new ThreadClient<PrintingCalls>({
    data: null,
    log,
    name: 'printing',
    module: new URL('./printing-thread.ts', import.meta.url),
    limitMilliseconds: printingLimit,
    inFlight: 1,
    endsCancelled: true,
  });
}

/** All but printing in this process, each opened at its first call: for commands that end at once. */
export function startInline(options: DataOptions): DataThreads {
  const place: WriterOptions = { folder: options.folder, dataKey: options.dataKey };
  return {
    writer:
      options.writer ??
      inlineCaller(async () => (await import('./writer.ts')).openWriter(place, options.onChange)),
    lists: inlineCaller(async () => (await import('./reader.ts')).openReaders(place)),
    search: inlineCaller(async () =>
      (await import('./search.ts')).openSearch({ ...place, model: await options.model() }, options.onEmbed),
    ),
    printing: printingThread(options.log),
  };
}

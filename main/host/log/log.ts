import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const largestFile = 1024 * 1024;
const keptFiles = 5;
const currentName = 'host.jsonl';

/**
 * A value that may stand in a log: a number, a flag, or a short code or id without spaces. No sentence, title, path or query
 * passes, so that a log can be copied into a report without being read first.
 */
const fieldSchema = z.union([
  z.number(),
  z.boolean(),
  z.null(),
  z.string().regex(/^[A-Za-z0-9_.:@/+-]{0,80}$/),
]);

const entrySchema = z.strictObject({
  at: z.string(),
  level: z.enum(['debug', 'info', 'warning', 'error']),
  event: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,60}$/),
  fields: z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,40}$/), fieldSchema),
});

export type LogEntry = z.infer<typeof entrySchema>;
export type LogFields = LogEntry['fields'];
export type LogLevel = LogEntry['level'];

/** Where a part of the host reports what happened: events and fields of ids, codes and figures. */
export interface Log {
  write(level: LogLevel, event: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** Nothing is kept. For one-shot commands and tests that look at no log. */
export const silentLog: Log = { write: () => undefined };

/**
 * JSON lines in a folder, rotated by size. A field that may not stand in a log is replaced by `withheld`. A log that cannot
 * be written (full disk, read-only disk) is left alone: the work that it would tell of goes on.
 */
export class FileLog implements Log {
  readonly #folder: string;
  readonly #now: () => string;

  constructor(folder: string, now: () => string = () => new Date().toISOString()) {
    this.#folder = folder;
    this.#now = now;
  }

  write(level: LogLevel, event: string, fields: Readonly<Record<string, unknown>> = {}): void {
    const entry: LogEntry = { at: this.#now(), level, event, fields: safeFields(fields) };
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      this.#rotate();
      appendFileSync(join(this.#folder, currentName), `${JSON.stringify(entry)}\n`, { mode: 0o600 });
    } catch {
      // Invariant of the class: no caller fails because its log does.
    }
  }

  /** The newest lines, oldest first. */
  tail(lines: number): string {
    const current = join(this.#folder, currentName);
    if (!existsSync(current)) return '';
    return readFileSync(current, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  }

  #rotate(): void {
    const current = join(this.#folder, currentName);
    if (!existsSync(current) || statSync(current).size < largestFile) return;
    renameSync(current, join(this.#folder, `host-${this.#now().replaceAll(':', '')}.jsonl`));
    const old = readdirSync(this.#folder).filter((name) => /^host-.*\.jsonl$/.test(name));
    for (const name of old.toSorted().slice(0, -(keptFiles - 1)))
      rmSync(join(this.#folder, name), { force: true });
  }
}

/** The fields that may be kept; the others by name only. */
export function safeFields(fields: Readonly<Record<string, unknown>>): LogFields {
  const safe: LogFields = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const parsed = fieldSchema.safeParse(value);
    safe[name] = parsed.success ? parsed.data : 'withheld';
  }
  return safe;
}

/** What may be said of an exception: its class, its code, and the functions it came through, without messages or paths. */
export function causeFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { cause: typeof error };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  const frames = (error.stack ?? '')
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 4)
    .map((line) => /at (?:async )?([\w.<>]+) /.exec(line)?.[1]?.replaceAll(/[<>]/g, '') ?? 'anonymous');
  return safeFields({ cause: error.name, code, from: frames.join('/').slice(0, 80) });
}

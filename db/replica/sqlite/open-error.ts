/** Why a database could not be opened or written. The message is safe to show and names a way out. */
export type OpenFailure =
  | 'wrong-key'
  | 'not-a-database'
  | 'damaged'
  | 'newer'
  | 'read-only'
  | 'disk-full'
  | 'missing'
  | 'in-use'
  | 'failed';

const sentences: Readonly<Record<OpenFailure, string>> = {
  'wrong-key':
    'This key does not open the workspace. Nothing was changed. Try again, or use another way to unlock it.',
  'not-a-database':
    'This file is not a workspace database, or it is encrypted and needs its key. Nothing was changed.',
  damaged: 'The database is damaged. Nothing was changed. Restore the newest backup into a new workspace.',
  newer:
    'A newer version of the Workbench wrote this workspace. Nothing was changed. Update the Workbench to open it.',
  'read-only':
    'The disk or the folder cannot be written to, so the workspace was not opened. Nothing was changed. Allow writing, or copy the folder elsewhere and open the copy.',
  'disk-full': 'The disk is full. What was saved is safe. Free some space and try again.',
  missing: 'There is no workspace at this place. Choose another folder, or make a new workspace.',
  'in-use': 'Another program is writing to the database. Close it and try again.',
  failed:
    'The database could not be opened. Nothing was changed. Run the doctor command to see what is wrong.',
};

/** A database that could not be opened or written, by kind. */
export class OpenError extends Error {
  override readonly name = 'OpenError';
  readonly kind: OpenFailure;

  constructor(kind: OpenFailure, cause?: unknown) {
    super(sentences[kind], { cause });
    this.kind = kind;
  }
}

const byCode: readonly (readonly [prefix: string, kind: OpenFailure])[] = [
  ['SQLITE_CORRUPT', 'damaged'],
  ['SQLITE_READONLY', 'read-only'],
  ['SQLITE_FULL', 'disk-full'],
  ['SQLITE_CANTOPEN', 'missing'],
  ['SQLITE_BUSY', 'in-use'],
  ['SQLITE_LOCKED', 'in-use'],
  ['ENOSPC', 'disk-full'],
  ['EDQUOT', 'disk-full'],
  ['EROFS', 'read-only'],
  ['EACCES', 'read-only'],
];

/** The kind of a driver's or a file system's error, or null where it is another thing altogether. */
export function failureKind(error: unknown): OpenFailure | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  const code = error.code;
  return byCode.find(([prefix]) => code.startsWith(prefix))?.[1] ?? null;
}

/** Turns what opening threw into an `OpenError`. A file that is no database is a wrong key where a key was given. */
export function openingError(error: unknown, withKey: boolean): OpenError {
  if (error instanceof OpenError) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'SQLITE_NOTADB') return new OpenError(withKey ? 'wrong-key' : 'not-a-database', error);
  return new OpenError(failureKind(error) ?? 'failed', error);
}

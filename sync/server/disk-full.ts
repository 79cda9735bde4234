/** No room: of a file system, of a person's quota on it, and PostgreSQL's own word for either. */
const codes = new Set(['ENOSPC', 'EDQUOT', '53100']);

/** There was room for a part of what was to be written. */
export class DiskFull extends Error {
  override readonly name = 'DiskFull';
  readonly code = 'ENOSPC';

  constructor() {
    super('Only a part of it could be written.');
  }
}

/** Whether something failed because a disk of the server has no room left. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && codes.has(String(error.code));
}

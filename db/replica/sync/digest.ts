import type { ReadableDb } from '../sqlite/open.ts';
import { blobToId } from '../rows/ids.ts';

/** A number of rows, and the exclusive or of the first 64 bits of their hashes. */
export interface RowsDigest {
  readonly n: number;
  readonly x: bigint;
}

interface Hashed {
  readonly row: Buffer;
  readonly hash: string;
}

function join(rows: Iterable<Hashed>): RowsDigest {
  let n = 0;
  let x = 0n;
  for (const { hash } of rows) {
    n += 1;
    x ^= hash === '' ? 1n : BigInt(`0x${hash.slice(0, 16)}`);
  }
  return { n, x };
}

/** The digest as it travels: a number and 16 hexadecimal digits. */
export function wireDigest({ n, x }: RowsDigest): { n: string; x: string } {
  return { n: String(n), x: x.toString(16).padStart(16, '0') };
}

/** The digest of what this file has of a scope of the server, whatever waits over it. */
export function digestOf(db: ReadableDb, scope: string): RowsDigest {
  return join(hashesOf(db, scope));
}

function hashesOf(db: ReadableDb, scope: string): Hashed[] {
  return db.statements.all<Hashed>('SELECT row, hash FROM sync_rows WHERE scope = ?', scope);
}

/** The digests of a scope's 256 parts, by the last two digits of the ids; parts without rows are left out. */
export function digestParts(db: ReadableDb, scope: string): Map<string, RowsDigest> {
  const parts = new Map<string, Hashed[]>();
  for (const each of hashesOf(db, scope)) {
    const part = blobToId(each.row).slice(-2);
    const list = parts.get(part) ?? [];
    list.push(each);
    parts.set(part, list);
  }
  return new Map([...parts].map(([part, rows]) => [part, join(rows)]));
}

/** The rows of one part of a scope, with the versions that this file has. */
export function rowsOfPart(
  db: ReadableDb,
  scope: string,
  part: string,
): { readonly e: number; readonly i: string; readonly seq: number; readonly hash: string }[] {
  return db.statements
    .all<{ entity: number; row: Buffer; seq: number; hash: string }>(
      'SELECT entity, row, seq, hash FROM sync_rows WHERE scope = ? ORDER BY row',
      scope,
    )
    .map(({ entity, row, seq, hash }) => ({ e: entity, i: blobToId(row), seq, hash }))
    .filter(({ i }) => i.endsWith(part));
}

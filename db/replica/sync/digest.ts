import type { ReadableDb } from '../sqlite/open.ts';
import { blobToId } from '../rows/ids.ts';

/** A number of rows, and the exclusive or of the first 64 bits of their hashes. */
export interface RowsDigest {
  readonly n: number;
  readonly x: bigint;
}

/** What counts of a row: the first 64 bits of its hash, and 1 for a row that is to be asked for. */
const counted = `CASE hash WHEN '' THEN '0000000000000001' ELSE substr(hash, 1, 16) END`;
const digits = 16;

/** The digest of hashes that stand behind each other in one text. In halves of 32 bits: a scope may have a million rows. */
function join(hashes: string): RowsDigest {
  let [high, low] = [0, 0];
  for (let at = 0; at < hashes.length; at += digits) {
    high ^= Number.parseInt(hashes.slice(at, at + digits / 2), 16);
    low ^= Number.parseInt(hashes.slice(at + digits / 2, at + digits), 16);
  }
  return { n: hashes.length / digits, x: (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0) };
}

/** The digest as it travels: a number and 16 hexadecimal digits. */
export function wireDigest({ n, x }: RowsDigest): { n: string; x: string } {
  return { n: String(n), x: x.toString(16).padStart(16, '0') };
}

/** The digest of what this file has of a scope of the server, whatever waits over it. */
export function digestOf(db: ReadableDb, scope: string): RowsDigest {
  const sql = `SELECT group_concat(${counted}, '') FROM sync_rows WHERE scope = ?`;
  return join(db.statements.value<string | null>(sql, scope) ?? '');
}

/** The digests of a scope's 256 parts, by the last two digits of the ids; parts without rows are left out. */
export function digestParts(db: ReadableDb, scope: string): Map<string, RowsDigest> {
  const parts = db.statements.all<{ part: string; hashes: string }>(
    `SELECT lower(substr(hex(row), -2)) AS part, group_concat(${counted}, '') AS hashes FROM sync_rows
     WHERE scope = ? GROUP BY part`,
    scope,
  );
  return new Map(parts.map(({ part, hashes }) => [part, join(hashes)]));
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

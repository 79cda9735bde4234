import { getRow } from '../../../db/replica/rows/read.ts';
import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';
import { type Receipt, readReceipts } from '../../outbound/receipts.ts';

/** A receipt with the name of the document that it is about: read from the row, for a receipt holds ids only. Null where there is none. */
export interface NamedReceipt extends Receipt {
  readonly id: string;
  readonly name: string | null;
}

/** The newest receipts. */
export function namedReceipts(db: ReadableDb, limit: number): NamedReceipt[] {
  return readReceipts(db, limit).map((receipt) => {
    const { artifact } = receipt.subject;
    const document = typeof artifact === 'string' ? getRow(db, 'artifacts', artifact) : undefined;
    return { ...receipt, name: document?.file_name ?? null };
  });
}

import type { ReadableDb, WritableDb } from '../../db/replica/sqlite/open.ts';

/** What left, or was kept: where to, by which rule, and how many rows of what. Ids and names only, no values. */
export interface Receipt {
  readonly at: string;
  readonly destination: string;
  readonly decision: string;
  readonly rule: string;
  /** What it was about: an entity and id, a host's name. */
  readonly subject: Readonly<Record<string, string | number>>;
  readonly rows: number;
}

/** Puts receipts into the audit outbox, in the open transaction or in one of their own. */
export function recordReceipts(db: WritableDb, receipts: readonly Receipt[]): void {
  const record = (): void => {
    for (const receipt of receipts) {
      db.statements.run(
        'INSERT INTO audit_outbox (at, destination, decision, rule, subject, rows) VALUES (?, ?, ?, ?, ?, ?)',
        receipt.at,
        receipt.destination,
        receipt.decision,
        receipt.rule,
        JSON.stringify(receipt.subject),
        receipt.rows,
      );
    }
  };
  if (db.sqlite.inTransaction) record();
  else db.sqlite.transaction(record).immediate();
}

/** The newest receipts. */
export function readReceipts(db: ReadableDb, limit: number): (Receipt & { readonly id: string })[] {
  return db.statements
    .all<{
      n: number;
      at: string;
      destination: string;
      decision: string;
      rule: string;
      subject: string;
      rows: number;
    }>(
      'SELECT n, at, destination, decision, rule, subject, rows FROM audit_outbox ORDER BY n DESC LIMIT ?',
      limit,
    )
    .map(({ n, subject, ...rest }) => ({
      id: String(n),
      ...rest,
      subject: JSON.parse(subject) as Receipt['subject'],
    }));
}

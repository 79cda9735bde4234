import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Receipt } from '../../outbound/receipts.ts';

const fileName = 'receipts.jsonl';

/**
 * Keeps receipts of what left a workspace that cannot be written: a line of JSON for each in the person's own folder, durable when this
 * returns. Throws where that is not possible; what they stand for does not leave then.
 */
export function keepReceipts(configFolder: string, receipts: readonly Receipt[]): void {
  mkdirSync(configFolder, { recursive: true, mode: 0o700 });
  const descriptor = openSync(join(configFolder, fileName), 'a', 0o600);
  try {
    writeSync(descriptor, receipts.map((receipt) => `${JSON.stringify(receipt)}\n`).join(''));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

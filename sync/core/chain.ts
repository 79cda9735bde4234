import type { Json } from '../../db/catalogue/types.ts';
import type { ExchangedTransaction } from '../protocol/exchange.ts';
import type { Sha256 } from './row-wire.ts';
import { canonicalText } from './value.ts';

/**
 * The hash of a mutation: SHA-256 of the hash before it and of the transaction's text. A copied file, a restored backup and a lost
 * commit all show as a hash that the other side does not have, where ids alone would let one edit stand for another.
 */
export function chainHash(previous: string, transaction: ExchangedTransaction, sha256: Sha256): string {
  return sha256(previous + chainedText(transaction));
}

/** The text of a transaction that its hash covers; a laptop sends this very text. */
export function chainedText(transaction: ExchangedTransaction): string {
  return canonicalText(transaction as unknown as Json);
}

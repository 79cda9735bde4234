import type { Json } from '../../db/catalogue/types.ts';
import type { ExchangedTransaction } from '../protocol/exchange.ts';
import type { Sha256 } from './row-wire.ts';
import { canonicalText } from './value.ts';

/**
 * The hash of a mutation: SHA-256 of the hash before it and of the transaction's text as it travels. A copied file, a restored backup and
 * a lost commit all show as a hash that the other side does not have, where ids alone would let one edit stand for another.
 */
export function chainHash(previous: string, text: string, sha256: Sha256): string {
  return sha256(previous + text);
}

/** The text in which a laptop sends a transaction: the same for equal transactions, and without a line break. */
export function chainedText(transaction: ExchangedTransaction): string {
  return canonicalText(transaction as unknown as Json);
}

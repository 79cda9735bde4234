import type { z } from 'zod';
import { type ExchangedTransaction, exchangedTransactionSchema } from './exchange.ts';
import { mostTransactions, type PushHead, pushHeadSchema } from './messages.ts';
import { nestsTooDeep, parsedWithin } from './nesting.ts';
import { isPlainTransaction } from './plain-transactions.ts';

/** A transaction with the text in which it travels. The chain's hash covers this text, whatever else would say the same. */
export interface SentTransaction {
  readonly text: string;
  readonly tx: ExchangedTransaction;
}

/** A push as the server works with it. */
export interface PushRequest extends PushHead {
  readonly transactions: readonly SentTransaction[];
}

/** A line that is no longer may nest as it likes: its parsing takes a few megabytes at most. */
const shortLine = 64 * 1024;

/** A push, or where it is not one: the path to what is wrong, and zod's name for the problem; never a value. */
export type ReadPush =
  | { readonly success: true; readonly data: PushRequest }
  | { readonly success: false; readonly at: string; readonly problem: string };

/** A push as it travels: its head, and the texts of its transactions as they are, a line each. */
export function pushText(head: PushHead, texts: readonly string[]): string {
  return `${JSON.stringify(head)}\n${texts.join('\n')}\n`;
}

/** Reads a push. Each line is parsed once and kept beside what it says: its hash is that of the text that came. */
export function readPush(body: string): ReadPush {
  const [first = '', ...texts] = linesOf(body, mostTransactions + 2);
  const head = pushHeadSchema.safeParse(parsedWithin(first));
  if (!head.success) return wrong(head.error, []);
  if (texts.length === 0) return { success: false, at: 'transactions', problem: 'too_small' };
  if (texts.length > mostTransactions) return { success: false, at: 'transactions', problem: 'too_big' };
  const transactions: SentTransaction[] = [];
  for (const [at, text] of texts.entries()) {
    if (text.length > shortLine && nestsTooDeep(text))
      return { success: false, at: `transactions.${at}`, problem: 'too_big' };
    const line = parsed(text);
    if (!isPlainTransaction(line)) {
      if (nestsTooDeep(text)) return { success: false, at: `transactions.${at}`, problem: 'too_big' };
      const judged = exchangedTransactionSchema.safeParse(line);
      if (!judged.success) return wrong(judged.error, ['transactions', at]);
    }
    // As it came: the schema's copy leaves out what it cannot copy, and whether it may be kept is not for it to say.
    transactions.push({ text, tx: line as ExchangedTransaction });
  }
  return { success: true, data: { ...head.data, transactions } };
}

/** The first lines of a text, at most so many. Each is a part of it: splitting it would copy every one. */
function linesOf(body: string, most: number): string[] {
  const lines: string[] = [];
  let at = 0;
  for (let end = body.indexOf('\n'); end >= 0 && lines.length < most; end = body.indexOf('\n', at)) {
    lines.push(body.slice(at, end));
    at = end + 1;
  }
  if (at < body.length && lines.length < most) lines.push(body.slice(at));
  return lines;
}

function wrong({ issues: [issue] }: z.ZodError, place: readonly (string | number)[]): ReadPush {
  const at = [...place, ...(issue?.path ?? [])].join('.');
  return { success: false, at, problem: issue?.code ?? 'unknown' };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}

import type { HostClient } from '../../../preload/contract/contract.ts';

/** What says that something left, without its content. */
export type Receipt = Awaited<ReturnType<HostClient['privacy']['receipts']>>[number];

/** A cell as RFC 4180 writes it. What a spreadsheet would take for a formula is made plain text. */
function cell(value: string | number): string {
  const text = String(value);
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/** Receipts as a table of their facts: one line each, every fact that any of them has in a column of its own. */
export function csvOf(receipts: readonly Receipt[]): Blob {
  const facts = [...new Set(receipts.flatMap(({ subject }) => Object.keys(subject)))].sort();
  const lines = receipts.map(({ at, destination, decision, rule, rows, subject }) => [
    at,
    destination,
    decision,
    rule,
    rows,
    ...facts.map((fact) => subject[fact] ?? ''),
  ]);
  const table = [['at', 'destination', 'decision', 'rule', 'rows', ...facts], ...lines];
  return new Blob([table.map((line) => `${line.map(cell).join(',')}\r\n`).join('')], { type: 'text/csv' });
}

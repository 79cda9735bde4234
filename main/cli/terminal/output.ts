import type { ExitCode } from './usage-error.ts';

/** What a command answers with: a JSON document, the same for people, and how it ended. */
export interface Answer {
  readonly json: unknown;
  readonly lines: readonly string[];
  readonly exit: ExitCode;
}

/** Text of one cell for a terminal: one line, no control characters, cut at a width. */
export function cell(value: unknown, width = 60): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const line = text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ').trim();
  return line.length > width ? `${line.slice(0, width - 1)}…` : line;
}

/** Rows as aligned columns. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, text] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, text.length);
  }
  return rows.map((row) =>
    row
      .map((text, index) => text.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** Writes to standard output and waits until a pipe has taken it. */
export async function write(text: string): Promise<void> {
  await new Promise<void>((resolve) => {
    process.stdout.write(text, () => resolve());
  });
}

/** A sentence for people, on standard error, where logs go. */
export function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

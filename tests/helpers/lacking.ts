import { describe, test } from 'vitest';

/**
 * `describe` for tests of something that a machine may lack: they are skipped where `lack` says what, and the title says it, too. Null
 * where nothing is lacking.
 */
export function describeUnless(lack: string | null, title: string, define: () => void): void {
  describe.skipIf(lack !== null)(`${shown(title, lack)}`, () => {
    define();
  });
}

/** `test`, in the same way. */
export function testUnless(
  lack: string | null,
  title: string,
  body: () => Promise<void>,
  milliseconds?: number,
): void {
  test.skipIf(lack !== null)(`${shown(title, lack)}`, body, milliseconds);
}

function shown(title: string, lack: string | null): string {
  return lack === null ? title : `${title} (skipped: ${lack})`;
}

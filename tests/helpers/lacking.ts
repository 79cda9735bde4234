import { describe, test } from 'vitest';

/**
 * `describe` for tests of something that a machine may lack: they are skipped where `lack` says what, and the title says it, too. Null
 * where nothing is lacking. `timeout`: milliseconds for each of them, where it is not Vitest's own.
 */
export function describeUnless(
  lack: string | null,
  title: string,
  define: () => void,
  options: { readonly timeout?: number } = {},
): void {
  describe.skipIf(lack !== null)(`${shown(title, lack)}`, options, () => {
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

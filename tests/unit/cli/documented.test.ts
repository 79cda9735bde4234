import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { HelpShown, parse } from '../../../main/cli/program.ts';

/** Commands that a help text lists, without `help` itself. */
function commandsOf(args: readonly string[]): string[] {
  try {
    parse([...args, '--help'], '0');
  } catch (shown) {
    if (!(shown instanceof HelpShown)) throw shown;
    const listed = shown.message === '' ? String(shown) : shown.message;
    const after = listed.split('Commands:')[1] ?? '';
    return [...after.matchAll(/^ {2}([a-z]+)/gm)]
      .map((match) => match[1] ?? '')
      .filter((name) => name !== 'help');
  }
  throw new Error('help was not shown');
}

test('every command stands in docs/cli.md', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../docs/cli.md'), 'utf8');
  const commands = commandsOf([]);
  expect(commands.length).toBeGreaterThan(15);
  for (const command of commands) {
    const parts = commandsOf([command]);
    for (const name of parts.length === 0 ? [command] : parts.map((part) => `${command} ${part}`)) {
      expect(text.includes(`\`${name}`), name).toBe(true);
    }
  }
});

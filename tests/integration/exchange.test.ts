import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CommandLine, commandLine } from '../helpers/command-line.ts';
import { samples } from '../helpers/references.ts';

interface Imported {
  readonly items: readonly { readonly key: string; readonly status: string }[];
}

let cli: CommandLine;
const at = ['--workspace', 'w'];
const session = ['--session', 'S-'];
beforeAll(async () => {
  cli = commandLine();
  await cli.json(['init', '--sample', ...at]);
  const { rows } = await cli.json<{ rows: readonly { id: string }[] }>(['list', 'research_sessions', ...at]);
  session[1] = rows[0]?.id ?? '';
});
afterAll(() => cli.remove());

describe('references on the command line', () => {
  test.each(Object.entries(samples))(
    '%s goes in, comes out, and changes nothing twice',
    async (format, text) => {
      writeFileSync(join(cli.folder, 'in.txt'), text);
      const first = await cli.json<Imported>(['references', 'import', 'in.txt', ...at]);
      expect(first.items.length).toBeGreaterThan(1);
      for (const _ of [1, 2]) {
        await cli.json(['references', 'export', '--format', format, '--out', 'out.txt', ...at]);
        const again = await cli.json<Imported>(['import', 'out.txt', ...at]);
        expect(again.items.every(({ status }) => status === 'unchanged')).toBe(true);
      }
      expect((await cli.json<Imported>(['references', 'import', 'in.txt', ...at])).items).toEqual(
        first.items.map((item) => ({ ...item, status: 'unchanged' })),
      );
    },
  );

  test('a session leaves with one item for each document, under keys that stay', async () => {
    const write = ['export', ...session, '--format', 'bibtex', '--out', 'session.bib', ...at];
    await cli.json(write);
    const first = readFileSync(join(cli.folder, 'session.bib'), 'utf8');
    await cli.json(write);
    expect(readFileSync(join(cli.folder, 'session.bib'), 'utf8')).toBe(first);
    const documents = await cli.json<{ rows: readonly object[] }>(['list', 'evidence', ...session, ...at]);
    expect(first.match(/^@\w+\{/gm)).toHaveLength(documents.rows.length);
  });

  test('what is no file of references is refused, and a part that cannot be read is exit 1', async () => {
    writeFileSync(join(cli.folder, 'bad.bib'), '@article{x, title = {One}}\n@article{y title}\n');
    await cli.json(['references', 'import', 'bad.bib', ...at], 1);
    expect((await cli.run(['references', 'import', 'out.txt', '--format', 'word', ...at])).exit).toBe(2);
  });
});

describe('a folder of notes on the command line', () => {
  const write = ['export', ...session, '--format', 'obsidian', '--out', 'notes', ...at];
  const args = () => write.map((word) => (word === 'S-' ? (session[1] ?? '') : word));
  const claims = () => readdirSync(join(cli.folder, 'notes/Claims')).toSorted();

  test('comes back without a change, and is written over only where nothing would be lost', async () => {
    await cli.json(args());
    const nothing = { edited: 0, claims: 0, links: 0, problems: [] };
    expect(await cli.json(['import', 'notes', ...at])).toMatchObject(nothing);
    expect(await cli.json(['import', 'notes', ...at])).toMatchObject(nothing);
    await cli.json(args());
    const [name = ''] = claims();
    const path = join(cli.folder, 'notes/Claims', name);
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace('%% claim %%\n', '%% claim %%\nWritten elsewhere: '),
    );
    expect((await cli.run(args())).exit).toBe(1);
    expect(await cli.json(['import', 'notes', ...at])).toMatchObject({ edited: 1, problems: [] });
    const before = claims();
    await cli.json(args());
    expect(claims()).toHaveLength(before.length);
    expect(claims().some((each) => each.startsWith('Written elsewhere'))).toBe(true);
    expect(await cli.json(['undo', ...at])).toMatchObject({ changed: [{ entity: 'research_claims' }] });
  });

  test('goes as one archive too', async () => {
    rmSync(join(cli.folder, 'notes'), { recursive: true });
    await cli.json([...args().filter((word) => word !== 'notes' && word !== '--out'), '--out', 'notes.zip']);
    expect(await cli.json(['import', 'notes.zip', ...at])).toMatchObject({ edited: 0, problems: [] });
    expect((await cli.run(args().filter((word) => word !== 'notes' && word !== '--out'))).exit).toBe(2);
  });
});

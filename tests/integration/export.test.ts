import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CommandLine, commandLine } from '../helpers/command-line.ts';
import { readPdf } from '../helpers/pdf.ts';

interface Listed {
  readonly rows: readonly { readonly id: string; readonly file_name: string | null }[];
}

/** The sample, out of one workspace and into another, by the command line as a person would. */
describe('what was exported of the sample', () => {
  const [here, there] = [
    ['--workspace', 'here'],
    ['--workspace', 'there'],
  ];
  let cli: CommandLine;
  let session = '';
  const read = (name: string): string => readFileSync(join(cli.folder, name), 'utf8');
  const brief = async (name: string, place: readonly string[]): Promise<string> => {
    await cli.json(['export', '--session', session, '--format', 'md', '--out', name, ...place]);
    return read(name);
  };

  beforeAll(async () => {
    cli = commandLine();
    await cli.json(['init', '--sample', ...here]);
    session = (await cli.json<Listed>(['list', 'research_sessions', ...here])).rows[0]?.id ?? '';
  });
  afterAll(() => cli.remove());

  test('changes nothing where it came from, and says the same in another workspace, twice', async () => {
    await cli.json(['export', '--session', session, '--format', 'json', '--out', 'a.json', ...here]);
    expect(await cli.json(['import', 'a.json', ...here])).toMatchObject({ added: 0, left: 0 });
    await cli.json(['init', ...there]);
    expect(await cli.json(['import', 'a.json', ...there])).toMatchObject({ known: 0, left: 0 });
    expect(await cli.json(['import', 'a.json', ...there])).toMatchObject({ added: 0, left: 0 });
    expect(await brief('there.md', there)).toBe(await brief('here.md', here));
    expect(await cli.json(['doctor', ...there])).toMatchObject({ ok: true, problems: [] });
    const hits = await cli.json<{ hits: unknown[] }>(['search', 'copper mesh', '--mode', 'text', ...there]);
    expect(hits.hits.length).toBeGreaterThan(3);
  });

  test('prints every quote that it cites as its source says it', async () => {
    const markdown = await brief('quotes.md', here);
    const sources = await cli.json<Listed>(['list', 'evidence', ...here]);
    const texts: string[] = [];
    for (const { id } of sources.rows) {
      texts.push((await cli.json<{ text: string }>(['text', '--evidence', id, ...here])).text);
    }
    const dense = (text: string): string => text.replaceAll(/[\s\\­-]+/gu, '');
    const quotes = [...markdown.matchAll(/^> “(.+)”$/gm)].map((match) => match[1] ?? '');
    expect(quotes.length).toBeGreaterThan(25);
    for (const quote of quotes) expect(texts.some((text) => dense(text).includes(dense(quote)))).toBe(true);
    const numbers = [...markdown.matchAll(/^> \[(\d+)\]/gm)].map((match) => match[1]);
    for (const number of numbers) expect(markdown).toMatch(new RegExp(`^${number}\\. .+\\(E-`, 'm'));
  });

  test('marks of a PDF are found by another reader, and their file reads back without a change', async () => {
    const { rows } = await cli.json<Listed>(['list', 'evidence', ...here]);
    const filing = rows.find((row) => row.file_name === 'filing-meridian.pdf')?.id ?? '';
    const of = (format: string, out: string) =>
      cli.json(['annotations', 'export', '--evidence', filing, '--format', format, '--out', out, ...here]);
    await of('pdf', 'marked.pdf');
    const { annotations } = await cli.json<{ annotations: { quote: string | null }[] }>([
      'annotations',
      'list',
      '--evidence',
      filing,
      ...here,
    ]);
    const found = (await readPdf(readFileSync(join(cli.folder, 'marked.pdf')))).flatMap(
      (page) => page.annotations,
    );
    expect(found.filter(({ subtype }) => subtype === 'Highlight').length).toBeGreaterThanOrEqual(
      annotations.length,
    );
    await of('jsonld', 'a.jsonld');
    for (const _time of [1, 2]) {
      expect(await cli.json(['import', 'a.jsonld', ...here])).toMatchObject({ added: 0, left: 0 });
    }
    await of('jsonld', 'b.jsonld');
    expect(read('b.jsonld')).toBe(read('a.jsonld'));
    await of('md', 'a.md');
    expect(read('a.md')).toContain('## Page 2\n\n> ');
  });
});

import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CommandLine, commandLine } from '../helpers/command-line.ts';

interface Ingested {
  readonly sessionId: string;
  readonly items: readonly {
    readonly path: string;
    readonly status: string;
    readonly evidenceId: string | null;
    readonly chunks: number;
    readonly error: { readonly code: string } | null;
  }[];
}

interface Listed {
  readonly rows: readonly ({ readonly id: string } & Readonly<Record<string, unknown>>)[];
}

let cli: CommandLine;
beforeAll(() => {
  cli = commandLine();
  mkdirSync(join(cli.folder, 'documents/inner'), { recursive: true });
  writeFileSync(join(cli.folder, 'documents/lithium.txt'), 'Lithium supply from Chile grows quickly.\n');
  writeFileSync(join(cli.folder, 'documents/copy.txt'), 'Lithium supply from Chile grows quickly.\n');
  writeFileSync(join(cli.folder, 'documents/inner/sodium.md'), '# Sodium cells\n\nSodium cells cost less.\n');
});
afterAll(() => cli.remove());

describe('the command line on one workspace', () => {
  const at = ['--workspace', 'first'];
  let ingested: Ingested;
  let evidence = '';

  test('ingest makes the workspace and the Inbox, and says what came of each file', async () => {
    ingested = await cli.json<Ingested>(['ingest', 'documents', ...at]);
    const states = Object.fromEntries(ingested.items.map(({ path, status }) => [path, status]));
    expect(Object.keys(states).toSorted()).toEqual([
      'documents/copy.txt',
      'documents/inner/sodium.md',
      'documents/lithium.txt',
    ]);
    expect(Object.values(states).toSorted()).toEqual(['added', 'added', 'duplicate']);
    const sessions = await cli.json<Listed>(['list', 'research_sessions', ...at]);
    expect(sessions.rows.map((row) => row['title'])).toEqual(['Inbox']);
    evidence = ingested.items.find((item) => item.path.endsWith('.md'))?.evidenceId ?? '';
  });

  test('a file that is not there fails alone: exit 1', async () => {
    const again = await cli.json<Ingested>(['ingest', 'missing.txt', 'documents/lithium.txt', ...at], 1);
    expect(again.items.map((item) => item.status).toSorted()).toEqual(['duplicate', 'failed']);
    expect(again.items.find((item) => item.status === 'failed')?.error?.code).toBe('file-missing');
    expect(again.sessionId).toBe(ingested.sessionId);
  });

  test('search finds the passage, with the path as it was given and offsets into the text', async () => {
    const { hits } = await cli.json<{
      hits: { path: string; start: number; end: number; evidenceId: string }[];
    }>(['search', 'sodium', '--mode', 'text', ...at]);
    expect(hits[0]?.path).toBe('documents/inner/sodium.md');
    const { text } = await cli.json<{ text: string }>(['text', '--evidence', evidence, ...at]);
    expect(text.slice(hits[0]?.start, hits[0]?.end)).toContain('Sodium cells cost less');
  });

  test('a file of queries is answered line by line', async () => {
    writeFileSync(join(cli.folder, 'queries.tsv'), 'q1\tlithium\nq2\tnothing-of-this\n');
    const ran = await cli.run(['search', '--queries', 'queries.tsv', '--mode', 'text', '--json', ...at]);
    const lines = ran.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; hits: unknown[] });
    expect(lines.map(({ id, hits }) => [id, hits.length > 0])).toEqual([
      ['q1', true],
      ['q2', false],
    ]);
  });

  test('add, edit, undo, redo, delete, restore and history go through the log', async () => {
    const { id } = await cli.json<{ id: string }>([
      'add',
      'research_sessions',
      '--set',
      'title=Grid',
      '--set',
      'tags=energy,grid',
      ...at,
    ]);
    const edit = await cli.json<{ changed: { columns: string[] }[] }>([
      'edit',
      'research_sessions',
      id,
      '--set',
      'title=Grid storage',
      '--set',
      'notes=Ask about prices.',
      ...at,
    ]);
    expect(edit.changed[0]?.columns.toSorted()).toEqual(['notes', 'title']);
    const shown = async () =>
      (await cli.json<{ row: Record<string, unknown> }>(['get', 'research_sessions', id, ...at])).row;
    expect(await shown()).toMatchObject({
      title: 'Grid storage',
      notes: 'Ask about prices.',
      tags: ['energy', 'grid'],
    });
    const undone = await cli.json<{ changed: { id: string; columns: string[] }[] }>(['undo', ...at]);
    expect(undone.changed).toEqual([expect.objectContaining({ id })]);
    expect(await shown()).toMatchObject({ title: 'Grid' });
    await cli.json(['redo', ...at]);
    expect(await shown()).toMatchObject({ title: 'Grid storage', notes: 'Ask about prices.' });
    await cli.json(['delete', 'research_sessions', id, ...at]);
    expect(
      (await cli.json<Listed>(['list', 'research_sessions', '--trash', ...at])).rows.map((row) => row.id),
    ).toEqual([id]);
    await cli.json(['restore', 'research_sessions', id, ...at]);
    const { entries } = await cli.json<{ entries: { operation: string }[] }>([
      'history',
      'research_sessions',
      id,
      ...at,
    ]);
    const operations = new Set(entries.map((entry) => entry.operation));
    expect(operations).toEqual(new Set(['insert', 'update', 'delete', 'restore']));
  });

  test('judgements are edited as columns and change the score', async () => {
    await cli.json(['edit', 'evidence', evidence, '--set', 'reliability=B', '--set', 'credibility=2', ...at]);
    const { row, judgements } = await cli.json<{
      row: Record<string, unknown>;
      judgements: { state: string }[];
    }>(['get', 'evidence', evidence, ...at]);
    expect(row['reliability']).toBe('B');
    expect(row['credibility_score']).toBeGreaterThan(0.5);
    expect(judgements.every(({ state }) => state === 'agreed')).toBe(true);
  });

  test('wrong values and wrong usage are told apart', async () => {
    expect(
      (await cli.run(['edit', 'evidence', evidence, '--set', 'reliability=Z', '--json', ...at])).exit,
    ).toBe(1);
    expect((await cli.run(['edit', 'evidence', evidence, '--set', 'no_column=1', ...at])).exit).toBe(2);
    expect((await cli.run(['list', 'nothings', ...at])).exit).toBe(2);
    expect((await cli.run(['unknown-command'])).exit).toBe(2);
    expect((await cli.run(['--help'])).exit).toBe(0);
  });

  test('batch answers in order, one line for each, and goes on after an error', async () => {
    const input = [
      { id: 'a', args: ['add', 'research_sessions', '--set', 'title=From batch'] },
      { id: 'b', args: ['get', 'evidence', '00000000-0000-7000-8000-000000000000'] },
      { id: 'c', args: ['frobnicate'] },
      { id: 'd', args: ['list', 'research_sessions'] },
    ];
    const ran = await cli.run(['batch', '-', ...at], input.map((line) => JSON.stringify(line)).join('\n'));
    const answers = ran.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; exit: number });
    expect(answers.map(({ id, exit }) => [id, exit])).toEqual([
      ['a', 0],
      ['b', 1],
      ['c', 2],
      ['d', 0],
    ]);
    expect(ran.exit).toBe(1);
  });

  test('export writes numbered sources, and JSON without secrets', async () => {
    const markdown = await cli.run(['export', '--session', ingested.sessionId, '--format', 'md', ...at]);
    expect(markdown.out).toMatch(/## Sources\n\n1\. .+\(E-/);
    await cli.json([
      'export',
      '--session',
      ingested.sessionId,
      '--format',
      'json',
      '--out',
      'out.json',
      ...at,
    ]);
    const text = readFileSync(join(cli.folder, 'out.json'), 'utf8');
    const parsed = JSON.parse(text) as { version: number; rows: { evidence: Record<string, unknown>[] } };
    expect(parsed.version).toBe(2);
    expect(parsed.rows.evidence.length).toBe(2);
    expect(parsed.rows.evidence.every((row) => !('original_path' in row))).toBe(true);
    expect(await cli.json(['import', 'out.json', ...at])).toMatchObject({ added: 0, left: 0 });
    expect((await cli.run(['export', '--session', ingested.sessionId, '--format', 'pdf', ...at])).exit).toBe(
      2,
    );
    const brief = ['export', '--session', ingested.sessionId, '--format', 'pdf', '--out', 'out.pdf', ...at];
    await cli.json(brief);
    expect(readFileSync(join(cli.folder, 'out.pdf')).subarray(0, 5).toString()).toBe('%PDF-');
  });

  test('what would leave is listed for each destination; for the server under that name alone', async () => {
    expect(await cli.json(['leaving', '--to', 'server', ...at])).toMatchObject({ policyVersion: null });
    expect(await cli.json(['leaving', '--to', 'models', ...at])).toHaveProperty('counts.research_sessions');
    expect((await cli.run(['leaving', '--to', 'sync', ...at])).exit).toBe(1);
  });

  test('doctor finds all well; a backup verifies and restores into a new workspace', async () => {
    expect(await cli.json(['doctor', ...at])).toMatchObject({ ok: true, problems: [] });
    expect(await cli.json(['doctor', '--reindex', ...at])).toMatchObject({ ok: true });
    await cli.json(['backup', 'create', '--out', 'copy.backup', ...at]);
    expect(await cli.json(['backup', 'verify', 'copy.backup', ...at])).toEqual({ ok: true, problems: [] });
    await cli.json(['backup', 'restore', 'copy.backup', '--workspace', 'restored']);
    const rows = async (folder: string) =>
      (await cli.json<Listed>(['list', 'evidence', '--workspace', folder])).rows.map((row) => row.id);
    expect(await rows('restored')).toEqual(await rows('first'));
    expect((await cli.run(['backup', 'restore', 'copy.backup', '--workspace', 'restored'])).exit).toBe(1);
  });
});

describe('one host for each workspace', () => {
  const at = ['--workspace', 'shared'];

  test('commands attach to the running host, and it sees what they did', async () => {
    await cli.json(['init', ...at]);
    const served = await cli.serve(at);
    try {
      const lock = JSON.parse(readFileSync(join(cli.folder, 'shared/host.lock'), 'utf8')) as { pid: number };
      expect(lock.pid).toBe(served.pid);
      const { id } = await cli.json<{ id: string }>([
        'add',
        'research_sessions',
        '--set',
        'title=Attached',
        ...at,
      ]);
      const failed = await cli.run(['get', 'evidence', id, '--json', ...at]);
      expect(JSON.parse(failed.out)).toMatchObject({ error: { code: 'not-found' } });
      expect((await cli.json<Ingested>(['ingest', 'documents', ...at])).items.length).toBe(3);
      const found = await cli.json<{ hits: unknown[] }>(['search', 'lithium', '--mode', 'text', ...at]);
      expect(found.hits.length).toBeGreaterThan(0);
      expect(JSON.parse(readFileSync(join(cli.folder, 'shared/host.lock'), 'utf8'))).toMatchObject({
        pid: served.pid,
      });
    } finally {
      expect(await served.stop()).toBe(0);
    }
    expect(readdirSync(join(cli.folder, 'shared'))).not.toContain('host.lock');
    expect((await cli.json<Listed>(['list', 'research_sessions', ...at])).rows.length).toBe(2);
  });

  test('commands at the same time all succeed', async () => {
    const titles = ['one', 'two', 'three', 'four'];
    await Promise.all(
      titles.map((title) => cli.json(['add', 'research_sessions', '--set', `title=${title}`, ...at])),
    );
    const { rows } = await cli.json<Listed>(['list', 'research_sessions', ...at]);
    expect(rows.map((row) => row['title'])).toEqual(expect.arrayContaining(titles));
  });

  test('the lock of a dead owner is taken over without a word', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '0']);
    const record = { v: 1, nonce: 'dead', hostname: hostname(), pid, startedAt: null, socket: '/nowhere' };
    writeFileSync(join(cli.folder, 'shared/host.lock'), JSON.stringify(record));
    const ran = await cli.run(['list', 'projects', '--json', ...at]);
    expect([ran.exit, ran.err]).toEqual([0, '']);
  });

  test('a live owner that does not answer is named: exit 3', async () => {
    const record = {
      v: 1,
      nonce: 'live',
      hostname: hostname(),
      pid: process.pid,
      startedAt: null,
      socket: '/nowhere',
    };
    const lock = join(cli.folder, 'shared/host.lock');
    writeFileSync(lock, JSON.stringify(record));
    const ran = await cli.run(['list', 'projects', '--json', ...at]);
    expect(ran.exit).toBe(3);
    expect(JSON.parse(ran.out)).toMatchObject({
      error: { code: 'workspace-in-use', details: { pid: process.pid } },
    });
    expect(JSON.parse(readFileSync(lock, 'utf8'))).toEqual(record);
    writeFileSync(lock, JSON.stringify({ ...record, pid: spawnSync(process.execPath, ['-e', '0']).pid }));
  });
});

describe('an encrypted workspace', () => {
  const at = ['--workspace', 'sealed', '--key-file', 'key'];
  const canary = 'Xylophonquartett';

  test('opens with its key only, and shows no plain text anywhere in its folder', async () => {
    writeFileSync(join(cli.folder, `${canary}.txt`), `The ${canary} plays tonight. `.repeat(200));
    const made = await cli.json<{ recoveryKey: string }>(['init', '--encrypt', ...at]);
    expect(made.recoveryKey).toMatch(/^([0-9A-Z]{4}-){7}[0-9A-Z]{4}$/);
    expect(statSync(join(cli.folder, 'key')).mode & 0o077).toBe(0);
    const served = await cli.serve(at);
    try {
      const { items } = await cli.json<Ingested>(['ingest', `${canary}.txt`, ...at]);
      expect(items[0]?.status).toBe('added');
      expect(leaks(join(cli.folder, 'sealed'), canary)).toEqual([]);
      const found = await cli.json<{ hits: unknown[] }>(['search', canary, '--mode', 'text', ...at]);
      expect(found.hits.length).toBe(1);
      expect(leaks(join(cli.folder, 'sealed'), canary)).toEqual([]);
    } finally {
      await served.stop();
    }
    await cli.json(['backup', 'create', '--out', 'sealed/backups/by-hand.backup', ...at]);
    expect(leaks(join(cli.folder, 'sealed'), canary)).toEqual([]);
    expect(leaks(join(cli.folder, 'config'), canary)).toEqual([]);
  });

  test('without its key, or with another one, it stays shut: exit 3', async () => {
    const without = await cli.run(['list', 'evidence', '--workspace', 'sealed', '--json']);
    expect([without.exit, JSON.parse(without.out)]).toMatchObject([
      3,
      { error: { code: 'workspace-locked' } },
    ]);
    writeFileSync(join(cli.folder, 'other'), 'another secret of some length');
    const wrong = await cli.run([
      'list',
      'evidence',
      '--workspace',
      'sealed',
      '--key-file',
      'other',
      '--json',
    ]);
    expect([wrong.exit, JSON.parse(wrong.out)]).toMatchObject([3, { error: { code: 'wrong-key' } }]);
  });

  test('is decrypted in place by who has its key, and opens without it from then on', async () => {
    const other = await cli.run(['decrypt', '--workspace', 'sealed', '--key-file', 'other', '--json']);
    expect(other.exit).toBe(3);
    await cli.json(['decrypt', ...at]);
    const found = await cli.json<{ hits: unknown[] }>([
      'search',
      canary,
      '--mode',
      'text',
      '--workspace',
      'sealed',
    ]);
    expect(found.hits.length).toBe(1);
  });
});

/** Files below a folder that hold a text in UTF-8 or UTF-16, by content or by name. */
function leaks(folder: string, text: string): string[] {
  const needles = [Buffer.from(text, 'utf8'), Buffer.from(text, 'utf16le')];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => path.includes(text) || needles.some((needle) => readFileSync(path).includes(needle)));
}

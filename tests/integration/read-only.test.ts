import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeDb, openForWriting } from '../../db/replica/sqlite/open.ts';
import { type CommandLine, commandLine } from '../helpers/command-line.ts';

interface Listed {
  readonly rows: readonly { readonly id: string; readonly title: string }[];
}

const entry = join(import.meta.dirname, '../../main/cli/index.ts');
/** Whether this machine lets a test mount file systems of its own. */
const canMount = spawnSync('unshare', ['-rm', 'true']).status === 0;

let cli: CommandLine;
let exports = 0;
const at = ['--workspace', 'w'];
const reading = [...at, '--read-only'];

/** Every file of a folder by its name, with its bytes, and when it was changed. */
function picture(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name))
    .map((path) => {
      const digest = createHash('sha256').update(readFileSync(path)).digest('hex');
      return `${path} ${digest} ${statSync(path).mtimeMs}`;
    })
    .toSorted();
}

/** Reads, searches and exports, as a person would who looks something up. */
async function readsAll(place: readonly string[]): Promise<void> {
  const { rows } = await cli.json<Listed>(['list', 'research_sessions', ...place]);
  const session = rows[0]?.id ?? '';
  const asked = ['search', 'copper mesh', '--mode', 'text'].concat(place);
  const found = await cli.json<{ hits: { evidenceId: string }[] }>(asked);
  const evidence = found.hits[0]?.evidenceId ?? '';
  const { text } = await cli.json<{ text: string }>(['text', '--evidence', evidence, ...place]);
  expect(text.length).toBeGreaterThan(100);
  for (const format of ['md', 'pdf', 'json', 'obsidian']) {
    exports += 1;
    const out = join(cli.folder, `${exports}.${format}`);
    await cli.json(['export', '--session', session, '--format', format, '--out', out, ...place]);
    expect(statSync(out).size).toBeGreaterThan(500);
  }
}

beforeAll(async () => {
  cli = commandLine();
  await cli.json(['init', '--sample', ...at]);
});
afterAll(() => cli.remove());

describe('a workspace that is only read', () => {
  test('is searched, read and exported while somebody else holds its lock, and its folder is left as it was', async () => {
    const folder = join(cli.folder, 'w');
    const lock = join(folder, 'host.lock');
    // Another laptop's process cannot be seen from here, and counts as alive.
    const record = {
      v: 1,
      nonce: 'n',
      hostname: 'another-laptop',
      pid: 1,
      startedAt: null,
      socket: '/nowhere',
    };
    writeFileSync(lock, JSON.stringify(record));
    const before = picture(folder);
    try {
      await readsAll(reading);
      expect(picture(folder)).toEqual(before);
    } finally {
      rmSync(lock);
    }
    const receipts = readFileSync(join(cli.folder, 'config/receipts.jsonl'), 'utf8').trim().split('\n');
    expect(receipts.map((line) => (JSON.parse(line) as { destination: string }).destination)).toContain(
      'export',
    );
    expect(readdirSync(join(cli.folder, 'config/reading'))).toEqual([]);
  });

  test('shows what its owner has just written and not yet put into the database file', async () => {
    const served = await cli.serve(at);
    try {
      const title = 'Written while it is read';
      await cli.json(['add', 'research_sessions', '--set', `title=${title}`, ...at]);
      expect(statSync(join(cli.folder, 'w/workspace.db-wal')).size).toBeGreaterThan(0);
      const { rows } = await cli.json<Listed>(['list', 'research_sessions', ...reading]);
      expect(rows.map((row) => row.title)).toContain(title);
    } finally {
      await served.stop();
    }
  });

  test.each([
    ['add', 'research_sessions', '--set', 'title=No'],
    ['undo'],
    ['backup', 'create'],
    ['ingest', entry],
    ['sync', 'now'],
  ])('refuses %s %s %s %s with a sentence, and changes nothing', async (...command) => {
    const before = picture(join(cli.folder, 'w'));
    const ran = await cli.run([...command.filter((part) => part !== undefined), '--json', ...reading]);
    expect(ran.exit).not.toBe(0);
    expect(JSON.parse(ran.out)).toMatchObject({ error: { code: 'not-allowed' } });
    expect(picture(join(cli.folder, 'w'))).toEqual(before);
  });

  test('is never made: a folder without one is told as such', async () => {
    const ran = await cli.run(['list', 'projects', '--json', '--read-only', '--workspace', 'nothing']);
    expect(JSON.parse(ran.out)).toMatchObject({ error: { code: 'workspace-missing' } });
    expect(existsSync(join(cli.folder, 'nothing'))).toBe(false);
  });

  test('asks for its key where it is encrypted, and is not put down as plain text', async () => {
    const sealed = ['--workspace', 'sealed', '--key-file', 'key'];
    await cli.json(['init', '--encrypt', '--sample', ...sealed]);
    const without = await cli.run(['list', 'projects', '--json', '--read-only', '--workspace', 'sealed']);
    expect(JSON.parse(without.out)).toMatchObject({ error: { code: 'workspace-locked' } });
    await readsAll([...sealed, '--read-only']);
  });
});

describe('a workspace of another build', () => {
  function changed(name: string, statements: readonly string[]): string {
    const folder = join(cli.folder, name);
    cpSync(join(cli.folder, 'w'), folder, { recursive: true });
    const db = openForWriting({ path: join(folder, 'workspace.db') });
    for (const statement of statements) db.sqlite.exec(statement);
    closeDb(db);
    return folder;
  }

  test('that is newer and has more is read', async () => {
    const newer = ['PRAGMA user_version = 999', 'ALTER TABLE evidence ADD COLUMN of_the_future TEXT'];
    const folder = changed('newer', newer);
    const refused = await cli.run(['list', 'projects', '--json', '--workspace', 'newer']);
    expect(JSON.parse(refused.out)).toMatchObject({ error: { code: 'workspace-newer' } });
    const before = picture(folder);
    await readsAll(['--workspace', 'newer', '--read-only']);
    expect(picture(folder)).toEqual(before);
  });

  test('that is newer and lacks what this one reads is refused', async () => {
    changed('other', ['PRAGMA user_version = 999', 'ALTER TABLE chunks RENAME TO pieces']);
    const ran = await cli.run(['list', 'projects', '--json', '--read-only', '--workspace', 'other']);
    expect(JSON.parse(ran.out)).toMatchObject({ error: { code: 'workspace-newer' } });
  });
});

describe.runIf(canMount)('a workspace on a disk', () => {
  /** Runs a command line in a mount namespace that was prepared by shell commands. */
  function mounted(prepare: string, args: readonly string[]) {
    const command = `${prepare} && exec "$NODE" "$ENTRY" "$@"`;
    const environment = { ...cli.environment, NODE: process.execPath, ENTRY: entry };
    const ran = spawnSync('unshare', ['-rm', 'sh', '-c', command, 'sh', ...args, '--json'], {
      cwd: cli.folder,
      env: environment,
      encoding: 'utf8',
    });
    return { exit: ran.status, answer: JSON.parse(ran.stdout) as unknown };
  }

  test('that cannot be written is refused for work and opened for reading', () => {
    const only = 'mount --bind w w && mount -o remount,bind,ro w';
    expect(mounted(only, ['list', 'research_sessions', ...at]).answer).toMatchObject({
      error: { code: 'disk-read-only' },
    });
    const read = mounted(only, ['search', 'copper mesh', '--mode', 'text', ...reading]);
    expect(read).toMatchObject({ exit: 0, answer: { hits: expect.arrayContaining([expect.anything()]) } });
  });

  test('that is full is refused for work and opened for reading', () => {
    const full =
      'mkdir -p full && mount -t tmpfs -o size=64m none full && cp -a w/. full && (cat /dev/zero > full/ballast 2>/dev/null; true)';
    const place = ['--workspace', 'full'];
    expect(mounted(full, ['list', 'research_sessions', ...place]).answer).toMatchObject({
      error: { code: 'disk-full' },
    });
    const read = mounted(full, ['search', 'copper mesh', '--mode', 'text', '--read-only', ...place]);
    expect(read).toMatchObject({ exit: 0, answer: { hits: expect.arrayContaining([expect.anything()]) } });
  });
});

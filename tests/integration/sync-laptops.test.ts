import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HostClient } from '../../preload/contract/contract.ts';
import { describeWithPostgres } from '../helpers/postgres.ts';
import { startSyncServer, type SyncServer } from '../helpers/sync-server.ts';

const command = path.resolve(import.meta.dirname, '..', '..', 'main', 'cli', 'index.ts');

type Answer<G extends keyof HostClient, P extends keyof HostClient[G]> = HostClient[G][P] extends (
  ...given: never[]
) => Promise<infer A>
  ? A
  : never;

/** Whole laptops against a whole server, driven by the command line as scripts drive them. */
describeWithPostgres('laptops and a server by the command line', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'workbench-laptops-'));
  let server: SyncServer;
  const keys = new Map<string, string>();

  beforeAll(async () => {
    server = await startSyncServer();
    for (const name of ['ada', 'ben']) {
      const email = `${name}@example.org`;
      server.cli('create-user', email, '--tenant', 'corran', '--role', 'analyst', '--name', name);
      const made = server.cli('create-key', email, '--tenant', 'corran', '--scopes', 'read,write');
      keys.set(name, (made as { key: string }).key);
    }
  }, 120_000);

  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  /** Runs a command on a laptop of a person; answers with its JSON. */
  function run<T = unknown>(person: string, laptop: string, ...args: string[]): T {
    const place = ['--workspace', path.join(folder, laptop), '--json'];
    const { stdout, stderr, status } = spawnSync(process.execPath, [command, ...args, ...place], {
      encoding: 'utf8',
      env: {
        ...process.env,
        WORKBENCH_SYNC_KEY: keys.get(person),
        WORKBENCH_CONFIG_DIR: path.join(folder, 'config'),
        WORKBENCH_MODEL_DIR: path.join(folder, 'no-model'),
      },
    });
    if (status !== 0) throw new Error(`${args.join(' ')}: ${stdout} ${stderr}`);
    return JSON.parse(stdout) as T;
  }

  test('a document travels with its words and its file; a member sees the project, and no longer once taken out', () => {
    const words = 'The lantern works of Quillmere closed after the flood.';
    const file = path.join(folder, 'harbour.md');
    writeFileSync(file, `# Harbour notes\n\n${words}\n`);
    run('ada', 'first', 'init');
    run('ada', 'first', 'ingest', file);
    run('ada', 'first', 'sync', 'connect', server.url);
    expect(run<Answer<'sync', 'status'>>('ada', 'first', 'sync', 'now')).toMatchObject({
      waiting: 0,
      inbox: 0,
    });

    run('ada', 'second', 'init');
    run('ada', 'second', 'sync', 'connect', server.url);
    const evidence = run<Answer<'rows', 'list'>>('ada', 'second', 'list', 'evidence').rows[0];
    expect(evidence).toMatchObject({ title: 'Harbour notes' });
    expect(run<{ text: string }>('ada', 'second', 'text', '--evidence', String(evidence?.id)).text).toContain(
      words,
    );
    const artifact = run<Answer<'rows', 'list'>>('ada', 'second', 'list', 'artifacts').rows[0];
    const hash = createHash('sha256').update(readFileSync(file)).digest('hex');
    expect(artifact).toMatchObject({ content_hash: hash });
    const stored = path.join(folder, 'second', 'blobs', hash.slice(0, 2), hash.slice(2));
    expect(readFileSync(stored, 'utf8')).toContain(words);
    const found = run<Answer<'search', 'query'>>('ada', 'second', 'search', 'lantern works');
    expect(found.hits[0]?.title).toBe('Harbour notes');

    const [project] = run<Answer<'rows', 'list'>>('ada', 'first', 'list', 'projects').rows;
    const people = run<Answer<'rows', 'list'>>('ada', 'first', 'list', 'users').rows;
    const ben = people.find((row) => row['full_name'] === 'ben');
    expect(ben).toBeDefined();
    run('ben', 'bens', 'init');
    run('ben', 'bens', 'sync', 'connect', server.url);
    expect(run<Answer<'rows', 'list'>>('ben', 'bens', 'list', 'evidence').rows).toEqual([]);
    const set = [`project_id=${String(project?.id)}`, `author_id=${String(ben?.id)}`, 'role=editor'];
    const member = run<{ id: string }>(
      'ada',
      'first',
      'add',
      'project_members',
      ...set.flatMap((each) => ['--set', each]),
    );
    run('ada', 'first', 'sync', 'now');
    run('ben', 'bens', 'sync', 'now');
    expect(run<Answer<'rows', 'list'>>('ben', 'bens', 'list', 'evidence').rows[0]).toMatchObject({
      title: 'Harbour notes',
    });
    const shared = String(run<Answer<'rows', 'list'>>('ben', 'bens', 'list', 'evidence').rows[0]?.id);
    run('ada', 'first', 'edit', 'evidence', shared, '--set', 'title=Notes of the harbour');
    run('ada', 'first', 'sync', 'now');
    run('ben', 'bens', 'sync', 'now');
    const history = run<Answer<'rows', 'history'>>('ben', 'bens', 'history', 'evidence', shared);
    expect(history.entries[0]).toMatchObject({ author: 'ada', origin: 'remote' });
    run('ada', 'first', 'delete', 'project_members', member.id);
    run('ada', 'first', 'sync', 'now');
    run('ben', 'bens', 'sync', 'now');
    expect(run<Answer<'rows', 'list'>>('ben', 'bens', 'list', 'evidence').rows).toEqual([]);
  }, 120_000);
});

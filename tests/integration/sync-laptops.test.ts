import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HostClient } from '../../preload/contract/contract.ts';
import { lackOfBinaries } from '../../sync/server/database/embedded/binaries.ts';
import { describeUnless } from '../helpers/lacking.ts';
import { startSyncServer, type SyncServer } from '../helpers/sync-server.ts';

const command = path.resolve(import.meta.dirname, '..', '..', 'main', 'cli', 'index.ts');

type Answer<G extends keyof HostClient, P extends keyof HostClient[G]> = HostClient[G][P] extends (
  ...given: never[]
) => Promise<infer A>
  ? A
  : never;

/** Whole laptops against a whole server, driven by the command line as scripts drive them. */
describeUnless(lackOfBinaries(), 'laptops and a server by the command line', () => {
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
  });

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
  });

  test('what is on a laptop is chosen; a session that goes into another project takes its document away from who is not in it', () => {
    type Along = Answer<'sync', 'scopes'>;
    const stateOf = (along: Along, id: string) => along.scopes.find((each) => each.id === id)?.state;
    const evidence = run<Answer<'rows', 'list'>>('ada', 'first', 'list', 'evidence').rows[0];
    const session = String(evidence?.['session_id']);
    const artifact = String(evidence?.['artifact_id']);
    expect(stateOf(run<Along>('ada', 'second', 'sync', 'scopes'), session)).toBe('here');
    expect(stateOf(run<Along>('ada', 'second', 'sync', 'leave', session), session)).toBe('offered');
    expect(run<Answer<'rows', 'list'>>('ada', 'second', 'list', 'evidence').rows).toEqual([]);
    run('ada', 'second', 'sync', 'take', session);
    run('ada', 'second', 'sync', 'now');
    expect(run<Answer<'rows', 'list'>>('ada', 'second', 'list', 'evidence').rows).toHaveLength(1);
    expect(
      run<Along>('ada', 'second', 'sync', 'pin', session).scopes.filter(({ pinned }) => pinned),
    ).toHaveLength(1);

    const people = run<Answer<'rows', 'list'>>('ada', 'first', 'list', 'users').rows;
    const ben = String(people.find((row) => row['full_name'] === 'ben')?.id);
    const [from] = run<Answer<'rows', 'list'>>('ada', 'first', 'list', 'projects').rows;
    const add = (entity: string, ...set: string[]) =>
      run<{ id: string }>('ada', 'first', 'add', entity, ...set.flatMap((each) => ['--set', each])).id;
    add('project_members', `project_id=${String(from?.id)}`, `author_id=${ben}`, 'role=editor');
    run('ada', 'first', 'sync', 'now');
    run('ben', 'bens', 'sync', 'now');
    const documents = (person: string, laptop: string) =>
      run<Answer<'rows', 'list'>>(person, laptop, 'list', 'artifacts').rows.map(({ id }) => id);
    expect(documents('ben', 'bens')).toEqual([artifact]);
    run('ada', 'first', 'move', session, add('projects', 'name=Elsewhere'));
    run('ada', 'first', 'sync', 'now');
    run('ben', 'bens', 'sync', 'now');
    expect(documents('ben', 'bens')).toEqual([]);
    expect(documents('ada', 'first')).toEqual([artifact]);
    run('ada', 'second', 'sync', 'now');
    expect(documents('ada', 'second')).toEqual([artifact]);
    expect(run<Answer<'sync', 'inbox'> | { items: unknown[] }>('ben', 'bens', 'sync', 'inbox')).toMatchObject(
      { items: [] },
    );
  });
});

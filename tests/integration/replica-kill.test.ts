import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { examine } from '../../db/replica/care/doctor.ts';
import { idToBlob } from '../../db/replica/rows/ids.ts';
import { closeWorkspace, createWorkspace, openWorkspace } from '../../db/replica/workspace/workspace.ts';
import { addSession } from '../helpers/replica.ts';

const kills = Number(process.env['WORKBENCH_KILLS'] ?? 10);

/** Lets a process write and kills it so many milliseconds after its first word. Answers with the ids that it told. */
async function writeAndKill(folder: string, session: string, key: string, after: number): Promise<string[]> {
  const told: string[] = [];
  const child = fork(new URL('../helpers/write-process.ts', import.meta.url), [folder, session, key], {
    execPath: process.execPath,
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  child.on('message', (message) => {
    if (message === 'working') setTimeout(() => child.kill('SIGKILL'), after);
    else told.push(message as string);
  });
  const code = await new Promise<number | null>((resolve) => child.on('exit', resolve));
  expect(code).toBeNull();
  return told;
}

test(`a writer that is killed ${kills} times loses nothing that it was told is saved, and leaves nothing half`, async () => {
  const base = mkdtempSync(join(tmpdir(), 'replica-kill-'));
  const folder = join(base, 'w');
  const dataKey = randomBytes(32);
  const created = createWorkspace({ folder, name: 'Kill', authorName: 'Ada', dataKey });
  const session = addSession(created);
  closeWorkspace(created);
  const told: string[] = [];
  for (let at = 0; at < kills; at += 1) {
    const after = 20 + Math.round((at * 0.618 * 200) % 200);
    told.push(...(await writeAndKill(folder, session, dataKey.toString('hex'), after)));
    const workspace = openWorkspace({ folder, dataKey });
    const { statements } = workspace.replica.db;
    const missing = told.filter(
      (id) => statements.get('SELECT 1 FROM evidence WHERE id = ?', idToBlob(id)) === undefined,
    );
    expect(missing).toEqual([]);
    // Each transaction made a parent, a child and a tag: there is one of each for each other.
    const halves = statements.value(
      `SELECT count(*) FROM evidence AS p WHERE p.parent_id IS NULL AND NOT EXISTS (
         SELECT 1 FROM evidence AS c JOIN set_elements AS t ON t.owner_id = c.id WHERE c.parent_id = p.id)`,
    );
    expect(halves).toBe(0);
    expect(statements.value('SELECT count(*) FROM txns WHERE open = 1')).toBe(0);
    const seen = examine(workspace, () => {
      throw new Error('Nothing came from elsewhere.');
    });
    expect(seen.problems).toEqual([]);
    closeWorkspace(workspace);
  }
  expect(told.length).toBeGreaterThan(kills * 3);
  rmSync(base, { recursive: true, force: true });
}, 600_000);

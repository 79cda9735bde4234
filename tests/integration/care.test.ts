import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tar from 'tar';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createBackup, restoreBackup, unpackBackup, verifyBackup } from '../../db/replica/care/backup.ts';
import { examine } from '../../db/replica/care/doctor.ts';
import {
  changeEncryption,
  type EncryptionMoment,
  finishEncryptionChange,
} from '../../db/replica/care/encryption.ts';
import { backupName, keptBackups } from '../../db/replica/care/rotation.ts';
import { createKeys, plainKeyFile } from '../../db/replica/keys/key-ring.ts';
import { listRows } from '../../db/replica/rows/read.ts';
import { insertRow, updateRow } from '../../db/replica/rows/write.ts';
import { OpenError } from '../../db/replica/sqlite/open-error.ts';
import { transact } from '../../db/replica/transaction/transact.ts';
import {
  closeWorkspace,
  createWorkspace,
  openWorkspace,
  type OpenWorkspace,
  workspaceKeys,
} from '../../db/replica/workspace/workspace.ts';
import type { Id } from '../../db/catalogue/rows.ts';
import { writerFunctions } from '../../main/host/data/writer.ts';
import { putBody } from '../../db/replica/rows/text.ts';
import { refreshPassages } from '../../main/capture/ingest/passages.ts';
import { addEvidence, addSession } from '../helpers/replica.ts';

const canary = 'canary-8c1e-quartz';
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'care-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const nothingRemote = () => {
  throw new Error('Nothing came from elsewhere.');
};

function fill(workspace: OpenWorkspace): string {
  const session = addSession(workspace);
  const { hash, size } = workspace.blobs.put(Buffer.from(`${canary} `.repeat(9000)));
  transact(workspace.replica, { command: 'capture.add' }, (tx) => {
    insertRow(
      tx,
      'artifacts',
      { content_hash: hash, artifact_type: 'text', file_size: size },
      { scope: `session:${session}` },
    );
  });
  addEvidence(workspace, session, canary);
  return hash;
}

function filesUnder(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

describe.each([
  ['plain', null],
  ['encrypted', randomBytes(32)],
] as const)('a backup of a %s workspace', (_kind, dataKey) => {
  test('is verified by opening, restored into a new folder with its own replica, and examined clean', () => {
    const workspace = createWorkspace({ folder: join(folder, 'w'), name: 'W', authorName: 'Ada', dataKey });
    const hash = fill(workspace);
    const file = join(folder, 'one.backup');
    expect(createBackup(workspace, file, 'W').bytes).toBe(statSync(file).size);
    expect(verifyBackup(file, dataKey, join(folder, 'tmp'))).toEqual([]);
    const rows = listRows(workspace.replica.db, 'evidence');
    const first = workspace.replica.replicaId;
    closeWorkspace(workspace);
    restoreBackup(file, join(folder, 'restored'), null);
    const restored = openWorkspace({ folder: join(folder, 'restored'), dataKey });
    expect(restored.wasCopied).toBe(true);
    expect(restored.replica.replicaId).not.toBe(first);
    expect(listRows(restored.replica.db, 'evidence')).toEqual(rows);
    expect(restored.blobs.verify(hash)).toBe(true);
    expect(examine(restored, nothingRemote)).toMatchObject({ ok: true, problems: [] });
    closeWorkspace(restored);
    expect(() => restoreBackup(file, join(folder, 'restored'), null)).toThrowError(/empty folder/);
    if (dataKey !== null) {
      for (const path of [file, ...filesUnder(join(folder, 'w'))])
        expect(readFileSync(path).includes(canary)).toBe(false);
      expect(verifyBackup(file, null, join(folder, 'tmp'))[0]).toMatch(/encrypted/);
    }
  });

  test('that was cut or is another file is told as such', () => {
    const workspace = createWorkspace({ folder: join(folder, 'w'), name: 'W', authorName: 'Ada', dataKey });
    fill(workspace);
    const file = join(folder, 'one.backup');
    createBackup(workspace, file, 'W');
    closeWorkspace(workspace);
    truncateSync(file, Math.floor(statSync(file).size / 2));
    expect(verifyBackup(file, dataKey, join(folder, 'tmp')).length).toBeGreaterThan(0);
    writeFileSync(file, 'not a backup');
    expect(verifyBackup(file, dataKey, join(folder, 'tmp')).length).toBeGreaterThan(0);
    expect(() => restoreBackup(file, join(folder, 'r'), null)).toThrowError(/no backup/);
    expect(readdirSync(folder)).not.toContain('r');
  });

  test('is not called damaged where the disk is what fails', () => {
    const workspace = createWorkspace({ folder: join(folder, 'w'), name: 'W', authorName: 'Ada', dataKey });
    const file = join(folder, 'one.backup');
    createBackup(workspace, file, 'W');
    closeWorkspace(workspace);
    mkdirSync(join(folder, 'target', 'workspace.db', 'in the way'), { recursive: true });
    expect(() => unpackBackup(file, join(folder, 'target'))).toThrowError(
      expect.not.objectContaining({ name: 'BackupError' }),
    );
  });

  test('the doctor sees rows that are not what the log says, and blobs that were changed', () => {
    const workspace = createWorkspace({ folder: join(folder, 'w'), name: 'W', authorName: 'Ada', dataKey });
    const hash = fill(workspace);
    expect(examine(workspace, nothingRemote).ok).toBe(true);
    workspace.blobs.remove(hash);
    const { db } = workspace.replica;
    db.sqlite.exec('DROP TRIGGER capture_update_evidence');
    db.sqlite.exec(`UPDATE evidence SET title = 'behind the log'`);
    const codes = examine(workspace, nothingRemote).problems.map((problem) => problem.code);
    expect(codes).toEqual(['log:evidence', `blob:${hash.slice(0, 12)}`]);
    closeWorkspace(workspace);
  });
});

test('a workspace is encrypted in place, with everything in it, and opens by its new key only', async () => {
  const workspace = createWorkspace({ folder: join(folder, 'w'), name: 'W', authorName: 'Ada' });
  const hash = fill(workspace);
  const rows = listRows(workspace.replica.db, 'evidence');
  closeWorkspace(workspace);
  expect(filesUnder(join(folder, 'w')).some((path) => readFileSync(path).includes(canary))).toBe(true);
  const { file, dataKey } = await createKeys([{ by: 'passphrase', passphrase: 'a long passphrase' }]);
  changeEncryption(join(folder, 'w'), { from: null, to: dataKey, keyFile: file });
  for (const path of filesUnder(join(folder, 'w'))) expect(readFileSync(path).includes(canary)).toBe(false);
  expect(() => openWorkspace({ folder: join(folder, 'w') })).toThrowError(OpenError);
  expect(() => openWorkspace({ folder: join(folder, 'w'), dataKey: randomBytes(32) })).toThrowError(
    /does not open/,
  );
  const encrypted = openWorkspace({ folder: join(folder, 'w'), dataKey });
  expect(listRows(encrypted.replica.db, 'evidence')).toEqual(rows);
  expect(encrypted.blobs.verify(hash)).toBe(true);
  expect(encrypted.wasCopied).toBe(false);
  closeWorkspace(encrypted);
  changeEncryption(join(folder, 'w'), { from: dataKey, to: null, keyFile: plainKeyFile() });
  const plain = openWorkspace({ folder: join(folder, 'w') });
  expect(listRows(plain.replica.db, 'evidence')).toEqual(rows);
  expect(plain.blobs.names()).toEqual([hash]);
  expect(examine(plain, nothingRemote)).toMatchObject({ ok: true, problems: [] });
  closeWorkspace(plain);
});

const moments: readonly EncryptionMoment[] = ['blobs', 'copied', 'keys', 'swapped'];

test.each(moments.flatMap((moment) => [[moment, 'encrypted'] as const, [moment, 'decrypted'] as const]))(
  'killed at “%s” while it is %s, a workspace opens by what its key file says, whole',
  async (moment, direction) => {
    const { file, dataKey } = await createKeys([{ by: 'passphrase', passphrase: 'a long passphrase' }]);
    const [from, to] = direction === 'encrypted' ? [null, dataKey] : [dataKey, null];
    const place = join(folder, 'w');
    const workspace = createWorkspace({
      folder: place,
      name: 'W',
      authorName: 'Ada',
      dataKey: from,
      ...(from === null ? {} : { keyFile: file }),
    });
    const hash = fill(workspace);
    const rows = listRows(workspace.replica.db, 'evidence');
    closeWorkspace(workspace);
    const keyFile = to === null ? plainKeyFile() : file;
    const hex = (key: Uint8Array | null) => (key === null ? '' : Buffer.from(key).toString('hex'));
    const program = new URL('../helpers/rekey-process.ts', import.meta.url);
    const child = fork(program, [place, hex(from), hex(to), JSON.stringify(keyFile), moment], {
      execPath: process.execPath,
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const signal = await new Promise((resolve) => child.on('exit', (_, ended) => resolve(ended)));
    expect(signal).toBe('SIGKILL');
    const key = workspaceKeys(place)?.encrypted === true ? dataKey : null;
    finishEncryptionChange(place, key);
    const opened = openWorkspace({ folder: place, dataKey: key });
    expect(opened.wasCopied).toBe(false);
    expect(listRows(opened.replica.db, 'evidence')).toEqual(rows);
    expect(opened.blobs.names()).toEqual([opened.blobs.nameOf(hash)]);
    expect(examine(opened, nothingRemote)).toMatchObject({ ok: true, problems: [] });
    closeWorkspace(opened);
    if (key !== null)
      for (const path of filesUnder(place)) expect(readFileSync(path).includes(canary), path).toBe(false);
  },
);

test('[MR1] a copied file gets a replica of its own, and its stamps never meet those of the first', () => {
  const workspace = createWorkspace({ folder: join(folder, 'w'), name: 'W', authorName: 'Ada' });
  const id = addEvidence(workspace, addSession(workspace), 'one');
  closeWorkspace(workspace);
  const copy = createWorkspace({ folder: join(folder, 'copy'), name: 'C', authorName: 'Eve' });
  closeWorkspace(copy);
  copyFileSync(join(folder, 'w', 'workspace.db'), join(folder, 'copy', 'workspace.db'));
  const frozen = () => 1_790_000_000_000;
  const [a, b] = [join(folder, 'w'), join(folder, 'copy')].map((path) =>
    openWorkspace({ folder: path, now: frozen }),
  );
  expect([a!.wasCopied, b!.wasCopied]).toEqual([false, true]);
  expect(b!.replica.replicaId).not.toBe(a!.replica.replicaId);
  const stamps = [a!, b!].map(
    ({ replica }) =>
      transact(replica, { command: 'edit' }, (tx) => updateRow(tx, 'evidence', id, { title: 'two' })).stamp,
  );
  expect(stamps[0]).not.toBe(stamps[1]);
  closeWorkspace(a!);
  closeWorkspace(b!);
});

test('backups rotate: the last of each of seven days, and of each of four weeks', () => {
  const day = 86_400_000;
  const backups = Array.from({ length: 60 }, (_, age) => {
    const at = new Date(Date.UTC(2026, 5, 30, 12) - age * day);
    return { file: backupName(at), at: at.toISOString(), bytes: 1 };
  });
  const kept = keptBackups(backups);
  expect(kept.slice(0, 7)).toEqual(backups.slice(0, 7));
  expect(kept.length).toBeLessThanOrEqual(11);
  expect(kept.length).toBeGreaterThanOrEqual(9);
});

describe('what was erased', () => {
  const word = 'purgedword-71f';
  const purge = (workspace: OpenWorkspace, id: Id) => {
    const write = writerFunctions(workspace, () => undefined);
    write['edits.remove']({ entity: 'evidence', ids: [id] });
    write['edits.purge']({ entity: 'evidence', ids: [id] });
  };
  /** A document that says a word in its title, its text, its passages and its file. */
  const readable = (workspace: OpenWorkspace, session: Id, said: string): Id => {
    const { hash } = workspace.blobs.put(Buffer.from(`file with ${said}`));
    const { result: id } = transact(workspace.replica, { command: 'capture.add' }, (tx) => {
      const artifact_id = insertRow(
        tx,
        'artifacts',
        { content_hash: hash, artifact_type: 'text' },
        { scope: `session:${session}` },
      );
      const extraction_id = insertRow(tx, 'content_extractions', {
        artifact_id,
        extractor: 'text',
        extractor_version: '1',
        text_hash: putBody(workspace.replica.db, Buffer.from(`text with ${said}`)),
      });
      return insertRow(tx, 'evidence', { session_id: session, title: said, artifact_id, extraction_id });
    });
    refreshPassages(workspace.replica.db, id);
    return id;
  };
  const filesIn = (path: string) =>
    readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));

  test.each([false, true])(
    'is taken out of earlier backups one by one, which stay whole and can be restored (encrypted: %s)',
    async (isEncrypted) => {
      const { dataKey, file: keyFile } = isEncrypted
        ? await createKeys([{ by: 'passphrase', passphrase: 'a long passphrase' }])
        : { dataKey: null, file: plainKeyFile() };
      const path = join(folder, 'w');
      let now = Date.parse('2026-03-01T08:00:00.000Z');
      const workspace = createWorkspace({
        folder: path,
        name: 'W',
        authorName: 'A',
        dataKey,
        keyFile,
        now: () => now,
      });
      const session = addSession(workspace);
      const gone = readable(workspace, session, word);
      const kept = readable(workspace, session, 'kept');
      const write = writerFunctions(workspace, () => undefined);
      const backups = [0, 1, 2].map(() => {
        now += 86_400_000;
        return write['backup.daily']()?.file ?? '';
      });
      expect(write['backup.cleanNext']()).toBe(false);
      const holding = () => backups.filter((file) => readFileSync(file).includes(word));
      if (!isEncrypted) expect(holding()).toEqual(backups);
      purge(workspace, gone);
      writeFileSync(`${workspace.layout.database}.v2`, word);
      const cleaned: number[] = [];
      while (write['backup.cleanNext']()) cleaned.push(holding().length);
      expect(cleaned).toHaveLength(3);
      expect(holding()).toEqual([]);
      const inTheClear = isEncrypted ? [] : filesIn(path);
      expect(inTheClear.filter((file) => readFileSync(file).includes(word))).toEqual([]);
      for (const file of backups) {
        expect(verifyBackup(file, dataKey, workspace.layout.temporary)).toEqual([]);
        const into = join(folder, `restored-${backups.indexOf(file)}`);
        restoreBackup(file, into, null);
        const restored = openWorkspace({ folder: into, dataKey });
        expect(listRows(restored.replica.db, 'evidence').map(({ id }) => id)).toEqual([kept]);
        expect(examine(restored, nothingRemote)).toMatchObject({ ok: true });
        closeWorkspace(restored);
      }
      closeWorkspace(workspace);
    },
  );

  test('a backup that cannot be read any more goes; one that is newer, or of another version, is left as it is', () => {
    const workspace = createWorkspace({
      folder: join(folder, 'w'),
      name: 'W',
      authorName: 'A',
      keyFile: plainKeyFile(),
    });
    const write = writerFunctions(workspace, () => undefined);
    const gone = readable(workspace, addSession(workspace), word);
    const broken = join(workspace.layout.backups, backupName(new Date('2026-01-01T00:00:00Z')));
    write['backup.create'](broken);
    truncateSync(broken, 100);
    const foreign = join(workspace.layout.backups, backupName(new Date('2026-01-02T00:00:00Z')));
    writeFileSync(join(folder, 'backup.json'), JSON.stringify({ v: 2, name: 'of a later version' }));
    tar.create({ sync: true, file: foreign, cwd: folder }, ['backup.json']);
    purge(workspace, gone);
    const newer = write['backup.create'](undefined).file;
    const bytes = readFileSync(newer);
    expect(write['backup.cleanNext']()).toBe(true);
    expect(write['backup.cleanNext']()).toBe(false);
    expect(filesIn(workspace.layout.backups).toSorted()).toEqual([foreign, newer].toSorted());
    expect(readFileSync(newer).equals(bytes)).toBe(true);
    closeWorkspace(workspace);
  });
});

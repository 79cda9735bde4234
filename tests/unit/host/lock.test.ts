import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isHeld, lockFileName, readLock, takeLock } from '../../../main/host/lock/lock-file.ts';
import { socketAddress } from '../../../main/host/lock/runtime-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'workbench-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function plant(pid: number, startedAt: string | null, host = hostname()): void {
  const record = { v: 1, nonce: 'planted', hostname: host, pid, startedAt, socket: '/nowhere' };
  writeFileSync(join(folder, lockFileName), JSON.stringify(record));
}

describe('the lock of a workspace', () => {
  test('is held by one, names its socket, and is free after release', () => {
    const first = takeLock(folder, '/socket');
    if (!first.held) throw new Error('the first attempt must get the lock');
    const second = takeLock(folder, '/other');
    expect(second).toMatchObject({ held: false, owner: { pid: process.pid, socket: '/socket' } });
    first.lock.release();
    expect(existsSync(join(folder, lockFileName))).toBe(false);
    expect(takeLock(folder, '/other').held).toBe(true);
  });

  test('of a dead owner is taken over silently', () => {
    const { pid } = spawnSync(process.execPath, ['-e', '0']);
    plant(pid, null);
    expect(takeLock(folder, '/mine').held).toBe(true);
    expect(readLock(folder)?.pid).toBe(process.pid);
  });

  test.runIf(process.platform === 'linux')('of a number that another process has now is taken over', () => {
    plant(process.pid, '1');
    expect(takeLock(folder, '/mine').held).toBe(true);
  });

  test('of a live owner is respected, even where it does not answer', () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    try {
      plant(child.pid ?? 0, null);
      expect(takeLock(folder, '/mine').held).toBe(false);
    } finally {
      child.kill('SIGKILL');
    }
  });

  test('of another machine counts as alive', () => {
    plant(1, null, 'another-machine');
    expect(takeLock(folder, '/mine').held).toBe(false);
  });

  test('that came along with a copy of an open folder holds nobody out, and takes nobody to the original', () => {
    const [original, copy] = [join(folder, 'original'), join(folder, 'copy')];
    mkdirSync(original);
    const first = takeLock(original, socketAddress(original, process.pid));
    cpSync(original, copy, { recursive: true });
    const copied = readLock(copy);
    expect(copied?.pid).toBe(process.pid);
    expect(copied !== null && isHeld(copy, copied)).toBe(false);
    expect(takeLock(copy, socketAddress(copy, process.pid)).held).toBe(true);
    expect(takeLock(original, '/other').held).toBe(false);
    expect(first.held).toBe(true);
  });

  test('of a folder that was renamed while it is open is respected', () => {
    const [before, after] = [join(folder, 'before'), join(folder, 'after')];
    mkdirSync(before);
    takeLock(before, socketAddress(before, process.pid));
    renameSync(before, after);
    expect(takeLock(after, socketAddress(after, process.pid)).held).toBe(false);
  });

  test('that cannot be read is taken over', () => {
    writeFileSync(join(folder, lockFileName), '{"v":');
    expect(takeLock(folder, '/mine').held).toBe(true);
  });

  test('that was taken over meanwhile is not released by its former owner', () => {
    const first = takeLock(folder, '/mine');
    if (!first.held) throw new Error('the lock must be free');
    plant(process.pid, null);
    first.lock.release();
    expect(readLock(folder)?.nonce).toBe('planted');
  });

  test('names a socket whose path every system can bind', () => {
    expect(Buffer.byteLength(socketAddress(folder, process.pid))).toBeLessThan(104);
  });
});

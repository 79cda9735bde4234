import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderWarning } from '../../../main/host/places/folder-warning.ts';
import { RecentList } from '../../../main/host/places/recent-list.ts';

describe('places that a workspace should not be in', () => {
  test.each([
    ['/home/ada/OneDrive - Contoso/Research', 'OneDrive'],
    ['/Users/ada/Library/Mobile Documents/com~apple~CloudDocs/W', 'iCloud'],
    ['/home/ada/Dropbox/W', 'Dropbox'],
    ['/home/ada/Google Drive/W', 'Google Drive'],
    ['/home/ada/Nextcloud/W', 'Nextcloud'],
  ])('%s is copied by %s', (path, program) => {
    expect(folderWarning(path, '')).toContain(program);
  });

  test('a network file system is told by its mount, the longest one that holds the folder', () => {
    const mounts =
      '/dev/sda / ext4 rw 0 0\nserver:/x /mnt/team nfs4 rw 0 0\n/dev/sdb /mnt/team/local ext4 rw 0 0\n';
    expect(folderWarning('/mnt/team/w', mounts)).toContain('network');
    expect(folderWarning('/mnt/team/local/w', mounts)).toBeNull();
    expect(folderWarning('/mnt/teamwork', mounts)).toBeNull();
  });

  test('an ordinary folder is fine, and so is a name that only resembles a synced one', () => {
    expect(folderWarning('/home/ada/Dropbox notes/W', '')).toBeNull();
  });
});

describe('the list of workspaces', () => {
  test('puts the newest first, once, and reads a damaged file as empty', () => {
    const folder = mkdtempSync(join(tmpdir(), 'workbench-recent-'));
    try {
      const list = new RecentList(folder);
      const entry = (path: string) => ({ path, name: path, encrypted: false, openedAt: null });
      for (const path of ['/a', '/b', '/a']) list.note(entry(path));
      expect(list.read().map((each) => each.path)).toEqual(['/a', '/b']);
      list.forget('/a');
      expect(list.read().map((each) => each.path)).toEqual(['/b']);
      writeFileSync(join(folder, 'workspaces.json'), 'nonsense');
      expect(list.read()).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

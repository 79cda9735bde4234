import { readFileSync } from 'node:fs';
import { resolve, sep } from 'node:path';

const syncedFolders: readonly (readonly [RegExp, string])[] = [
  [/^OneDrive( - .+)?$/i, 'OneDrive'],
  [/^(iCloud ?Drive|iCloudDrive|com~apple~CloudDocs|Mobile Documents)$/i, 'iCloud Drive'],
  [/^Dropbox( \(.+\))?$/i, 'Dropbox'],
  [/^(Google ?Drive|GoogleDrive-.+|My Drive)$/i, 'Google Drive'],
  [/^(Nextcloud|ownCloud)$/i, 'Nextcloud'],
  [/^(Box|Box Sync)$/, 'Box'],
  [/^(pCloud ?Drive|MEGA|Syncthing)$/, 'a file synchroniser'],
];

const networkFileSystems = new Set([
  'nfs',
  'nfs4',
  'cifs',
  'smb3',
  'smbfs',
  'sshfs',
  'fuse.sshfs',
  'fuse.rclone',
  'davfs',
  'fuse.davfs2',
  '9p',
  'afs',
  'ceph',
  'fuse.glusterfs',
]);

/**
 * Why a folder is a bad place for a workspace, as a sentence, or null. Programs that copy files behind the database's
 * back, and file systems on other machines, damage databases. `mounts` is the text of /proc/mounts.
 */
export function folderWarning(folder: string, mounts: string = readMounts()): string | null {
  const parts = resolve(folder).split(sep);
  for (const part of parts) {
    const synced = syncedFolders.find(([pattern]) => pattern.test(part));
    if (synced !== undefined) {
      return `This folder is copied by ${synced[1]}, which can damage an open workspace. Choose a folder that only this laptop uses.`;
    }
  }
  if (resolve(folder).startsWith('\\\\') || isOnNetwork(resolve(folder), mounts)) {
    return 'This folder is on a network, where a workspace can be damaged. Choose a folder on this laptop.';
  }
  return null;
}

function isOnNetwork(folder: string, mounts: string): boolean {
  let longest = '';
  let type = '';
  for (const line of mounts.split('\n')) {
    const [, point = '', fileSystem = ''] = line.split(' ');
    const path = point.replaceAll('\\040', ' ');
    const holds = path === '/' || folder === path || folder.startsWith(`${path}/`);
    if (path !== '' && holds && path.length >= longest.length) {
      longest = path;
      type = fileSystem;
    }
  }
  return networkFileSystems.has(type);
}

function readMounts(): string {
  if (process.platform !== 'linux') return '';
  try {
    return readFileSync('/proc/mounts', 'utf8');
  } catch {
    return '';
  }
}

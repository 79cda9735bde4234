import { changeEncryption } from '../../db/replica/care/encryption.ts';
import type { KeyFile } from '../../db/replica/keys/key-file.ts';

/** Changes a workspace's encryption and ends itself, as a crash would, at the moment it is told. */
const [folder = '', from = '', to = '', keyFile = '', moment = ''] = process.argv.slice(2);
const key = (hex: string) => (hex === '' ? null : Buffer.from(hex, 'hex'));
changeEncryption(
  folder,
  { from: key(from), to: key(to), keyFile: JSON.parse(keyFile) as KeyFile },
  (reached) => {
    if (reached === moment) process.kill(process.pid, 'SIGKILL');
  },
);

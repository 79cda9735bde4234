import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');

/** Where a connection may be opened, and why it is no way around the gate. */
const allowed: Readonly<Record<string, string>> = {
  'main/capture/fetch/fetch-page.ts': 'asks the gate before each address',
  'main/capture/fetch/address.ts': 'looks names up for the above',
  'main/host/services/outbound-service.ts': 'the endpoint, after the gate',
  'main/outbound/server-news.ts': 'the sync server: scopes by name, no content',
  'main/outbound/server-connection.ts': 'the sync server, of what the egress encoder let pass',
  'main/host/rpc/attach.ts': 'the local socket of this person',
  'main/host/rpc/local-socket.ts': 'listens on the local socket',
  'main/host/http/server.ts': 'listens on 127.0.0.1',
  'main/host/http/return-page.ts': 'listens on 127.0.0.1 for one sign-in',
  'sync/server/database/embedded/free-port.ts': 'asks 127.0.0.1 for a free port',
  'sync/server/database/gathering-socket.ts': 'the database that the operator names',
  'main/electron/host/port-relay.ts': 'the local socket of this person',
};

const opensConnection =
  /(?<![\w.])fetch\(|from 'node:(http|https|http2|net|tls|dgram|dns)'|from 'ws'|from 'undici'|new (WebSocket|EventSource|XMLHttpRequest)\(/;

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

test('connections are opened in few places, each behind the gate or on this laptop', () => {
  const opening = ['main', 'db', 'sync']
    .flatMap((folder) => sources(join(root, folder)))
    .filter((path) => {
      const code = readFileSync(path, 'utf8').replaceAll(/^import type .*$/gm, '');
      return opensConnection.test(code);
    })
    .map((path) => relative(root, path).replaceAll('\\', '/'));
  expect(opening.filter((path) => !(path in allowed))).toEqual([]);
});

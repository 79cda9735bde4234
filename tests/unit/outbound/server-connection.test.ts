import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { ServerConnection } from '../../../main/outbound/server-connection.ts';
import { errorAnswerSchema, protocolHeader, protocolVersion } from '../../../sync/protocol/messages.ts';

const older = errorAnswerSchema.parse({
  code: 'VERSION',
  message: 'The server is older. Ask who runs it to update it.',
  details: { version: protocolVersion - 1 },
});

test('[P1] every request names the version, and what an older server says of it is what the person reads', async () => {
  const heads: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    heads.push(request.headers);
    request.resume().on('end', () => {
      response.writeHead(426, { 'content-type': 'application/json' }).end(JSON.stringify(older));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const options = {
      server: `http://127.0.0.1:${port}`,
      now: () => 0,
      keep: () => Promise.resolve(),
    };
    const stranger = new ServerConnection(options, null);
    await expect(stranger.signIn('sign-in', { email: 'a@b.example', password: 'x' })).rejects.toMatchObject({
      message: older.message,
      details: { server: 'VERSION', version: protocolVersion - 1 },
    });
    const known = new ServerConnection(options, { kind: 'key', key: 'k' });
    const { signal } = new AbortController();
    expect(await known.send('hello', '{}', signal)).toMatchObject({ status: 426 });
    expect(await known.file('GET', '/v1/blobs/x', null, signal)).toMatchObject({ status: 426 });
    expect(heads.map((head) => head[protocolHeader])).toEqual(Array(3).fill(String(protocolVersion)));
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

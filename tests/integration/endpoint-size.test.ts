import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { createHost } from '../../main/host/host.ts';

/** An endpoint in the form of OpenAI's whose vectors have as many numbers as `size` says at that moment. */
async function endpointOf(size: () => number) {
  const sent: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      const { input } = JSON.parse(body) as { input: string[] };
      sent.push(...input);
      const data = input.map((text, index) => ({
        index,
        embedding: Array.from({ length: size() }, (_, at) => 1 + ((text.length + at) % 7)),
      }));
      response.end(JSON.stringify({ data }));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/v1`, sent, close: () => server.close() };
}

test('vectors have the size that the endpoint answers with, and are all made anew when it answers with another', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'endpoint-'));
  let size = 5;
  const endpoint = await endpointOf(() => size);
  const host = createHost({ mode: 'cli', threads: false, configFolder: join(folder, 'config') });
  const client = host.client('test');
  const settled = async (dimensions: number): Promise<void> => {
    await vi.waitFor(
      async () => {
        await host.manager.session().model.settled();
        const status = await client.model.status();
        expect(status).toMatchObject({ state: 'ready', place: 'remote', dimensions });
        expect(status.vectors).toBe(status.chunks);
      },
      { timeout: 20_000, interval: 50 },
    );
  };
  const add = async (text: string): Promise<void> => {
    const { jobId } = await client.capture.add({ newSession: { question: 'Which?' }, texts: [{ text }] });
    await client.capture.finished({ jobId });
  };
  try {
    await client.workspaces.create({ path: join(folder, 'w'), name: 'W', sample: false });
    const allowed = { models_remote: 'allow' };
    await client.privacy.setPolicy({
      settings: { v: 1, classes: { open: allowed, internal: allowed, content: allowed } },
    });
    await client.settings.set({ embedding: { kind: 'endpoint', url: endpoint.url, model: 'any' } });
    await add('Sodium cells last for many cycles, as the tests of 2025 show.');
    await settled(5);
    expect(endpoint.sent[0]).toBe('size');
    const found = await client.search.query({ query: 'cells that last', mode: 'semantic' });
    expect(found.hits).toHaveLength(1);

    size = 7;
    await add('Kilns crack the edges of most garnet sheets.');
    await settled(7);
    expect((await client.search.query({ query: 'sheets', mode: 'semantic' })).hits).toHaveLength(2);
  } finally {
    await host.close();
    endpoint.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { lackOfBinaries } from '../../sync/server/database/embedded/binaries.ts';
import { startFaultProxy } from '../helpers/fault-proxy.ts';
import { testUnless } from '../helpers/lacking.ts';
import { makeLaptops } from '../helpers/laptops.ts';
import { startSyncServer } from '../helpers/sync-server.ts';
import { payloadsOf } from '../helpers/websocket-frames.ts';

const kept = ['keptsummary', 'keptpagewords', 'keptsession', 'kepttitle', 'keptfilename', 'keptfilewords'];
const open = ['openquestion', 'opentitle', 'openfilewords'];

/** Every form in which a word may stand in bytes that leave. */
function formsOf(word: string): Buffer[] {
  return [Buffer.from(word), Buffer.from(word, 'utf16le'), Buffer.from(Buffer.from(word).toString('base64'))];
}

function holds(bytes: readonly Buffer[], word: string): boolean {
  const all = Buffer.concat(bytes);
  return formsOf(word).some((form) => all.includes(form)) || decodedBodies(all).includes(word);
}

/** Bodies travel as Base64 inside of messages. */
function decodedBodies(bytes: Buffer): string {
  const texts = bytes.toString('latin1').match(/[A-Za-z0-9+/]{12,}={0,2}/gu) ?? [];
  return texts.map((text) => Buffer.from(text, 'base64').toString('latin1')).join('\n');
}

function filesUnder(folder: string): Buffer[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
}

testUnless(
  lackOfBinaries(),
  'nothing that has to stay is in any byte between two laptops and their server, nor in what they and it write down about it',
  async () => {
    const laptops = makeLaptops({ threads: true });
    const { folder } = laptops;
    const server = await startSyncServer();
    const sent: Buffer[] = [];
    const calls = new Set<string>();
    const streams = new Map<string, Buffer[]>();
    const frames = (direction: string) =>
      [...streams].flatMap(([name, parts]) => (name.endsWith(direction) ? payloadsOf(bodyOf(parts)) : []));
    const proxy = await startFaultProxy(
      server.url,
      ({ call, body }) => {
        calls.add(call.replace(/[0-9a-f]{64}/u, ':sha').replace(/\?.*/u, ''));
        sent.push(Buffer.from(call), body);
        return { fault: 'pass', done: (answer) => sent.push(Buffer.from(answer)) };
      },
      (stream, bytes) => void streams.set(stream, [...(streams.get(stream) ?? []), bytes]),
    );
    try {
      const settings = join(folder, 'settings.json');
      writeFileSync(settings, JSON.stringify({ level_rules: { restricted: { sync: 'withhold' } } }));
      server.cli('policy', 'set', settings, '--tenant', 'corran');
      const { password } = server.cli('create-user', 'ada@example.org', '--tenant', 'corran') as {
        password: string;
      };
      const connect = { url: proxy.url, credentials: { email: 'ada@example.org', password } };
      const [a, b] = [await laptops.open('a'), await laptops.open('b')];
      const session = async (values: Record<string, string | boolean>) =>
        (await a.edits.add({ entity: 'research_sessions', values: { research_question: 'Q?', ...values } }))
          .id;
      const shared = await session({ title: 'opentitle', research_question: 'openquestion' });
      const local = await session({ title: 'keptsession' });
      await a.edits.edit({ entity: 'research_sessions', ids: [local], values: { local_only: true } });
      const ingest = async (name: string, words: string) => {
        const file = join(folder, name);
        writeFileSync(file, `${words} `.repeat(50));
        const { jobId } = await a.capture.add({ sessionId: shared, paths: [file] });
        const { items } = await a.capture.finished({ jobId });

        return items.map(({ evidenceId }) => evidenceId ?? '');
      };
      await ingest('open.txt', 'openfilewords');
      const closed = await ingest('keptfilename.txt', 'keptfilewords');
      await a.edits.edit({ entity: 'evidence', ids: closed, values: { sharing_level: 'restricted' } });
      const { id } = await a.edits.add({
        entity: 'evidence',
        values: {
          session_id: shared,
          title: 'kepttitle',
          summary: 'keptsummary',
          source_type: 'manual_entry',
        },
      });
      await a.edits.edit({ entity: 'evidence', ids: [id], values: { sharing_level: 'restricted' } });
      await a.edits.edit({ entity: 'evidence', ids: [id], values: { notes: 'keptpagewords' } });
      await a.sync.connect(connect);
      await b.sync.connect(connect);
      await b.sync.now();
      await a.sync.present({ sessionId: shared });
      await a.edits.edit({ entity: 'research_sessions', ids: [shared], values: { tags: ['again'] } });
      await a.sync.now();
      await b.sync.now();
      await vi.waitFor(() => expect([...calls]).toContain('blob/:sha/0'), 20_000);
      await vi.waitFor(() => expect(frames('up').length).toBeGreaterThan(1), 20_000);
      expect(frames('down').length).toBeGreaterThan(0);
      const wire = [...sent, ...frames('up'), ...frames('down')];
      const written = [
        ...['a', 'b'].flatMap((name) => filesUnder(join(folder, name, 'logs'))),
        Buffer.from(JSON.stringify(await a.privacy.receipts({ limit: 500 }))),
        Buffer.from(JSON.stringify(await a.sync.status())),
        Buffer.from((await a.diagnostics.report()).text),
        ...filesUnder(server.data),
      ];
      for (const word of open) expect([word, holds(wire, word)]).toEqual([word, true]);
      for (const word of kept) {
        expect([word, holds(wire, word)]).toEqual([word, false]);
        expect([word, holds(written, word)]).toEqual([word, false]);
      }
      expect([...calls]).toEqual(expect.arrayContaining(['hello', 'push', 'pull', 'blob/:sha/0']));
    } finally {
      await laptops.close();
      await proxy.close();
      await server.stop();
    }
  },
  120_000,
);

/** What follows the head of the answer that opened the socket, where there is one. */
function bodyOf(parts: readonly Buffer[]): Buffer {
  const bytes = Buffer.concat(parts);
  const end = bytes.indexOf('\r\n\r\n');
  return bytes.subarray(0, 5).toString() === 'HTTP/' && end >= 0 ? bytes.subarray(end + 4) : bytes;
}

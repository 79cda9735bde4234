import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { DataThreads } from '../../../main/host/data/threads.ts';
import { plainCourse } from '../../../main/host/data/sync-course.ts';
import type { FileExchange } from '../../../main/host/services/file-exchange.ts';
import { SyncService } from '../../../main/host/services/sync-service.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import { protocolVersion } from '../../../sync/protocol/messages.ts';

const facts = {
  person: 'Ada',
  course: { ...plainCourse, begun: true },
  principal: { server: 'http://127.0.0.1:9', tenant: 't', user: 'u' },
  waiting: 0,
  oldestUnsent: null,
  conflicts: 0,
  notices: 0,
  inbox: 0,
  policyVersion: null,
  scopes: [],
};

/** A service over a file whose reading thread is busy whenever `isBusy` says so. */
function serviceOver(isBusy: () => boolean, server = facts.principal.server) {
  const logged: string[] = [];
  const lists = {
    call: (name: string) =>
      isBusy()
        ? Promise.reject(new WorkbenchError('busy', 'This took too long and was stopped.'))
        : Promise.resolve(
            name === 'sync.facts' ? { ...facts, principal: { ...facts.principal, server } } : 0,
          ),
  };
  const writer = { call: () => Promise.resolve({ kind: 'key', key: 'k', have: [] }) };
  const service = new SyncService({
    data: { lists, writer } as unknown as DataThreads,
    log: { write: (_level: string, event: string) => void logged.push(event) } as never,
    isProtected: false,
    onStatus: () => undefined,
    files: { waiting: 0 } as unknown as FileExchange,
    onPulled: () => undefined,
  });
  onTestFinished(() => service.close());
  return { service, logged };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await pause(5);
}

test('a file that is busy when sync wants to begin fails that cycle and nothing else: it is said, and tried again', async () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown) => void unhandled.push(error);
  process.on('unhandledRejection', note);
  onTestFinished(() => void process.off('unhandledRejection', note));
  let asked = 0;
  // What is asked first is how the workspace was connected, and what follows is of the cycle that nobody waits for.
  const { service, logged } = serviceOver(() => (asked += 1) === 2);
  await service.start();
  await until(() => logged.includes('sync.failed'));
  // A rejection that nobody handles is told in a turn of its own.
  await pause(0);
  expect(unhandled).toEqual([]);
  const status = await service.status();
  expect(status.sentence).toContain('Nothing was lost');
  expect(status).toMatchObject({ attempts: 1 });
  expect(Date.parse(status.nextTry ?? '')).toBeGreaterThan(Date.now());
});

test('a file that is busy at the first question is asked again at the next', async () => {
  let isBusy = true;
  const { service } = serviceOver(() => isBusy);
  await expect(service.status()).rejects.toMatchObject({ code: 'busy' });
  isBusy = false;
  expect(await service.status()).toMatchObject({ server: 'http://127.0.0.1:9', person: 'Ada' });
});

test('[P23] a server that is older is named, and asked again: it may have been updated by then', async () => {
  const text = JSON.stringify({
    code: 'VERSION',
    message: 'It is older.',
    details: { version: protocolVersion - 1 },
  });
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(426).end(text));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const { service } = serviceOver(() => false, `http://127.0.0.1:${port}`);
  await service.start();
  await vi.waitFor(async () => {
    const status = await service.status();
    expect(status).toMatchObject({ state: 'server-older', sentence: 'It is older.' });
    expect(Date.parse(status.nextTry ?? '')).toBeGreaterThan(Date.now());
  });
});

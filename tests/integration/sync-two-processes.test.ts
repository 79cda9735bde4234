import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { closeWorkspace, openWorkspace } from '../../db/replica/workspace/workspace.ts';
import { lackOfBinaries } from '../../sync/server/database/embedded/binaries.ts';
import { type FaultProxy, startFaultProxy } from '../helpers/fault-proxy.ts';
import { describeUnless } from '../helpers/lacking.ts';
import { type Laptops, makeLaptops } from '../helpers/laptops.ts';
import { addEvidence, addSession } from '../helpers/replica.ts';
import { withServerDatabase } from '../helpers/server-database.ts';
import { startSyncServer, type SyncServer } from '../helpers/sync-server.ts';

/** Rows of each laptop; more by `WORKBENCH_ROWS=2500 npx vitest run tests/integration/sync-two-processes.test.ts`. */
const rows = Number(process.env['WORKBENCH_ROWS'] ?? 300);
const names = ['a', 'b', 'c'];
/** Some twenty rows that fill a push by their size come before many that fill one by their number, and are read sooner. */
const [inTurn, large, largeSize] = [140, 21, 100_000];

describeUnless(lackOfBinaries(), 'laptops with two pushes on their way to two processes', () => {
  let server: SyncServer;
  let proxy: FaultProxy;
  let laptops: Laptops;
  const answers: string[] = [];
  /** Pushes on their way, by laptop; the most at once of any. */
  const underWay = new Map<string, number>();
  let most = 0;

  beforeAll(async () => {
    server = await startSyncServer({ processes: 2 });
    // Each of two requests at once has a connection of its own, and so another process; the first of them is late.
    proxy = await startFaultProxy(server.url, ({ call, body }) => {
      if (call !== 'push') return { fault: 'pass' };
      const client = /"client":"([^"]+)"/.exec(body.toString('utf8', 0, 500))?.[1] ?? '';
      const onTheirWay = (underWay.get(client) ?? 0) + 1;
      underWay.set(client, onTheirWay);
      most = Math.max(most, onTheirWay);
      const done = (answer: string) => {
        underWay.set(client, (underWay.get(client) ?? 0) - 1);
        answers.push(/^\{"code":"(\w+)"/.exec(answer)?.[1] ?? 'taken');
      };
      return { fault: 'pass', delay: onTheirWay === 1 ? 1000 : 0, done };
    });
    laptops = makeLaptops();
  }, 120_000);
  afterAll(async () => {
    await laptops.close();
    await proxy.close();
    await server.stop();
  });

  /** A laptop that was away for long: much waits in it. */
  async function fill(name: string): Promise<void> {
    await laptops.open(name);
    await laptops.shut(name);
    const workspace = openWorkspace({ folder: join(laptops.folder, name) });
    const session = addSession(workspace, name);
    for (let at = 0; at < rows; at += 1) {
      const title = `${name} ${at}`;
      addEvidence(workspace, session, at % inTurn < large ? title.padEnd(largeSize, ' word') : title);
    }
    closeWorkspace(workspace);
  }

  const figures = () =>
    withServerDatabase(server.data, async (admin) => {
      const { rows: found } = await admin.query<object>(
        `SELECT (SELECT count(*)::int FROM central.evidence) AS rows,
                (SELECT count(*)::int FROM central.sync_client WHERE last_mutation > 0) AS clients,
                (SELECT sum(last_mutation)::int FROM central.sync_client)
                  - (SELECT count(*)::int FROM central.sync_result) AS doubled`,
      );
      return found[0];
    });

  test(
    '[P33] whichever push arrives first: nothing is lost or doubled, and no laptop takes another name',
    { timeout: 120_000 + rows * 600 },
    async () => {
      server.cli('create-user', 'ada@example.org', '--tenant', 'corran', '--role', 'analyst');
      const { key } = server.cli('create-key', 'ada@example.org', '--tenant', 'corran') as { key: string };
      vi.stubEnv('WORKBENCH_SYNC_KEY', key);
      for (const name of names) await fill(name);
      await Promise.all(
        names.map(async (name) => {
          const client = await laptops.again(name);
          await client.sync.connect({ url: proxy.url, credentials: { key } });
          while ((await client.sync.now()).waiting > 0);
          expect(await client.sync.inbox()).toEqual([]);
        }),
      );
      const gaps = answers.filter((each) => each === 'GAP').length;
      console.info(`${answers.length} pushes, ${gaps} of them before the one that they stood behind`);
      expect(answers.filter((each) => each !== 'taken' && each !== 'GAP')).toEqual([]);
      expect([most, gaps > 0]).toEqual([2, true]);
      expect(await figures()).toEqual({ rows: names.length * rows, clients: names.length, doubled: 0 });
    },
  );
});

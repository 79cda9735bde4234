import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { entitySpec } from '../../db/catalogue/catalogue.ts';
import { protocolVersion } from '../../sync/protocol/messages.ts';
import { BlobFiles } from '../../sync/server/blobs/blob-files.ts';
import { Blobs, partBytes } from '../../sync/server/blobs/blobs.ts';
import { openPool, transact } from '../../sync/server/database/pool.ts';
import { silentLog } from '../../sync/server/http/log.ts';
import { createEdge } from '../../sync/server/http/server.ts';
import { createApiKey, revokeApiKey } from '../../sync/server/identity/api-keys.ts';
import { changeMember } from '../../sync/server/identity/change-member.ts';
import { changeDevice, registerOwnDevice } from '../../sync/server/identity/devices.ts';
import { acceptInvitation, invite } from '../../sync/server/identity/invitations.ts';
import { PurgeLedgerFile } from '../../sync/server/purge-ledger.ts';
import { beginEpoch, PostgresStore } from '../../sync/server/store/postgres-store.ts';
import { sha256, TestLaptop, testEnvironment } from '../helpers/feed.ts';
import { poster } from '../helpers/feed-edge.ts';
import { describeWithPostgres, type TestPostgres } from '../helpers/postgres.ts';
import { blobFolder } from '../helpers/server-blobs.ts';
import { password, principalOf, signIn, tenantOf, testIdentity } from '../helpers/server-identity.ts';
import { slowPool } from '../helpers/slow-pool.ts';

const rounds = 5;
const from = { address: '192.0.2.1' };
const projectColumn = entitySpec('research_sessions').columns['project_id']?.n ?? 0;
const titleColumn = entitySpec('evidence').columns['title']?.n ?? 0;

/** Two servers that share the database, the folder of files and the list of purged rows, and nothing in memory. */
async function begin(postgres: TestPostgres) {
  const database = await postgres.database();
  const identity = testIdentity(database);
  const { tenantId, people } = await tenantOf(identity, 'north', ['owner', 'analyst']);
  const epoch = await beginEpoch(database.server);
  const folder = blobFolder();
  const ledgerFile = join(folder, 'purged.ndjson');
  const server = async () => {
    const pool = openPool({ url: database.serverUrl });
    const slow = slowPool(pool);
    const environment = { ...testEnvironment(identity.now), ledger: new PurgeLedgerFile(ledgerFile) };
    const store = new PostgresStore(slow);
    const own = { ...identity, pool: slow };
    const blobs = new Blobs(slow, new BlobFiles(folder));
    const feed = { store, environment };
    const app = await createEdge({ identity: own, log: silentLog, version: '0', feed, blobs });
    onTestFinished(async () => {
      await app.close();
      await pool.end();
    });
    const laptop = (role: 'owner' | 'analyst') =>
      new TestLaptop(store, environment, { tenant: tenantId, user: people[role] ?? '' }, epoch);
    return { app, identity: own, blobs, laptop };
  };
  const [here, there] = [await server(), await server()];
  const owner = await principalOf(identity, await signIn(identity, 'owner@north.example'));
  const ledger = new PurgeLedgerFile(ledgerFile);
  return { database, identity, tenantId, people, epoch, here, there, owner, ledger };
}

type Servers = Awaited<ReturnType<typeof begin>>;

/** A right that is used at one server and ends at the other. */
interface Right {
  readonly token: string;
  /** Ends it; resolves once that is acknowledged. */
  end(): Promise<unknown>;
}

/** Asks again and again while the right ends. Answers with how many requests that began after its end were answered, and before. */
async function whileEnding({ here, epoch, people }: Servers, { token, end }: Right) {
  const post = poster(here.app, token);
  const request = {
    v: protocolVersion,
    client: randomUUID(),
    epoch,
    policy: 0,
    want: [{ scope: `user:${people.analyst ?? ''}`, scopeEpoch: 0, seq: '0' }],
    maxBytes: 100_000,
  };
  let isOver = false;
  let [late, inTime] = [0, 0];
  const asking = (async () => {
    for (let after = 0; after < 3; after += isOver ? 1 : 0) {
      const beganLate = isOver;
      const { statusCode } = await post('/v1/pull', request);
      if (statusCode === 200 && beganLate) late += 1;
      else if (statusCode === 200) inTime += 1;
    }
  })();
  await sleep(Math.random() * 60);
  await end();
  isOver = true;
  await asking;
  return { late, inTime };
}

describeWithPostgres('two servers over one database', (postgres) => {
  const rights: Readonly<Record<string, (servers: Servers) => Promise<Right>>> = {
    'a member who is suspended': async ({ identity, there, owner, people }) => {
      const user = people.analyst ?? '';
      await changeMember(identity, owner, { user, do: 'readmit' }, from);
      const { accessToken } = await signIn(identity, 'analyst@north.example');
      const end = () => changeMember(there.identity, owner, { user, do: 'suspend' }, from);
      return { token: accessToken, end };
    },
    'a device that is shut out': async ({ identity, there, owner }) => {
      const signedIn = await signIn(identity, 'analyst@north.example');
      const principal = await principalOf(identity, signedIn);
      const device = { name: 'a laptop', encrypted: true };
      const { deviceId } = await registerOwnDevice(identity, principal, device, from);
      const end = () => changeDevice(there.identity, owner, { id: deviceId, do: 'revoke' }, from);
      return { token: signedIn.accessToken, end };
    },
    'a key that is revoked': async ({ identity, tenantId, there, owner, people }) => {
      const wanted = { name: 'k', userId: people.analyst ?? '', scopes: ['read'] as const };
      const { key, id } = await transact(identity.pool, { tenantId }, (sql) =>
        createApiKey(sql, tenantId, { ...wanted, scopes: [...wanted.scopes] }),
      );
      return { token: key, end: () => revokeApiKey(there.identity, owner, id, from) };
    },
  };
  for (const [name, make] of Object.entries(rights)) {
    test(`${name} at one of them gets nothing at the other from then on`, async () => {
      const servers = await begin(postgres);
      let before = 0;
      for (let round = 0; round < rounds; round += 1) {
        const { late, inTime } = await whileEnding(servers, await make(servers));
        expect(late).toBe(0);
        before += inTime;
      }
      expect(before).toBeGreaterThan(0);
    });
  }

  test('an invitation that is accepted at both at once makes one member', async () => {
    const { identity, database, tenantId, here, there } = await begin(postgres);
    for (let round = 0; round < rounds; round += 1) {
      const email = `new${round}@elsewhere.example`;
      const { token } = await invite(identity, { tenantId }, { email, role: 'analyst' });
      const accepted = await Promise.allSettled(
        [here, there].map((server) => acceptInvitation(server.identity, { token, password }, {}, from)),
      );
      expect(accepted.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const { rows } = await database.admin.query(
        'SELECT m.role FROM governance.memberships m JOIN governance.users u ON u.id = m.user_id WHERE u.email = $1',
        [email],
      );
      expect(rows).toEqual([{ role: 'analyst' }]);
    }
  });

  test('a file whose parts go to both, and which both are told to put together, is whole at both', async () => {
    const { here, there, tenantId } = await begin(postgres);
    const laptop = here.laptop('owner');
    const { project } = await laptop.makeSession();
    const bytes = randomBytes(partBytes + 1000);
    const hash = sha256(bytes);
    const { principal } = laptop;
    const [first, second] = [bytes.subarray(0, partBytes), bytes.subarray(partBytes)];
    await Promise.all([
      here.blobs.put(principal, hash, 0, bytes.length, first),
      there.blobs.put(principal, hash, 1, bytes.length, second),
    ]);
    const committed = await Promise.allSettled(
      [here, there].map(({ blobs }) => blobs.commit(principal, hash, bytes.length)),
    );
    expect(committed.map(({ status }) => status)).toContain('fulfilled');
    const named = { content_hash: hash, artifact_type: 'pdf' };
    await laptop.push(laptop.transaction([laptop.insert('artifacts', `project:${project}`, named)]));
    for (const { blobs } of [here, there]) {
      const { stream, size } = await blobs.read({ tenant: tenantId, user: principal.user }, hash, 0, null);
      expect([size, sha256(await buffer(stream))]).toEqual([bytes.length, hash]);
    }
  });

  test('[MR17] [P15] rows that are purged at both and edited meanwhile are gone, words and all, and each stands in the list', async () => {
    const { here, there, database, ledger } = await begin(postgres);
    const [one, other] = [here.laptop('owner'), there.laptop('owner')];
    const { session, scope } = await one.makeSession();
    const made = Array.from({ length: rounds * 2 }, () =>
      one.insert('evidence', scope, { session_id: session, title: 'word-that-goes' }),
    );
    const making = one.transaction(made);
    await one.push(making);
    const ended: string[] = [];
    for (const [at, row] of made.entries()) {
      const [purger, editor] = at % 2 === 0 ? [one, other] : [other, one];
      const { entity, row: id } = row;
      const edit = editor.update(row, [[titleColumn, 'word-that-goes, edited', [making.stamp]]]);
      const [purged, edited] = await Promise.all([
        purger.push(purger.transaction([{ op: 'purge', entity, row: id, scope }])),
        sleep(Math.random() * 40).then(() => editor.push(editor.transaction([edit]))),
      ]);
      expect(purged.results[0]?.st).toBe('applied');
      ended.push(edited.results[0]?.code ?? edited.results[0]?.st ?? '');
    }
    expect(ended.filter((each) => each !== 'applied' && each !== 'PURGED')).toEqual([]);
    expect((await ledger.read()).map(({ id }) => id).toSorted()).toEqual(
      made.map(({ row }) => row).toSorted(),
    );
    for (const table of ['central.sync_row', 'central.sync_log', 'central.evidence']) {
      const words = `SELECT 1 FROM ${table} AS t WHERE t::text LIKE '%word-that-goes%'`;
      expect((await database.admin.query(words)).rows).toEqual([]);
    }
  });

  test('[P24] a session that is moved at one takes nothing at the other from who may not write where it went', async () => {
    const { here, there, people } = await begin(postgres);
    const ada = there.laptop('owner');
    const hidden = await ada.makeSession();
    let [late, inTime] = [0, 0];
    for (let round = 0; round < rounds; round += 1) {
      const [project, session] = [randomUUID(), randomUUID()];
      const scope = `session:${session}`;
      const member = { project_id: project, author_id: people.analyst ?? '', role: 'editor' };
      const owned = { name: 'P', owner_id: people.owner ?? '' };
      const making = ada.transaction([
        ada.insert('projects', `project:${project}`, owned, project),
        ada.insert('research_sessions', scope, { title: 'S', project_id: project }, session),
        ada.insert('project_members', `project:${project}`, member),
      ]);
      await ada.push(making);
      const bob = here.laptop('analyst');
      const entry = bob.insert('evidence', scope, { session_id: session });
      const pushing = sleep(Math.random() * 300)
        .then(() => bob.push(bob.transaction([entry])))
        .then(({ results }) => results[0]?.seq ?? null);
      const of = { entity: entitySpec('research_sessions').n, row: session, scope };
      const moving = ada.transaction([
        ada.update(of, [[projectColumn, hidden.project.replaceAll('-', ''), [making.stamp]]]),
      ]);
      const moved = (await ada.push(moving)).results[0];
      expect(moved?.st).toBe('applied');
      const seq = await pushing.catch(() => null);
      if (seq !== null && BigInt(seq) > BigInt(moved?.seq ?? 0)) late += 1;
      else if (seq !== null) inTime += 1;
    }
    expect(late).toBe(0);
    expect(inTime).toBeLessThan(rounds);
  });
});

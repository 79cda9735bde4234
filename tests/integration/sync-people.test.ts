import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readInvitation } from '../../preload/contract/invitation-link.ts';
import { lackOfBinaries } from '../../sync/server/database/embedded/binaries.ts';
import { silentLog } from '../../sync/server/http/log.ts';
import { createEdge } from '../../sync/server/http/server.ts';
import { addPerson } from '../../sync/server/identity/members.ts';
import { OidcSignIn } from '../../sync/server/identity/oidc.ts';
import { failure } from '../helpers/contract-calls.ts';
import { freePort } from '../helpers/free-port.ts';
import { startIssuer } from '../helpers/issuer.ts';
import { describeUnless } from '../helpers/lacking.ts';
import { type Laptops, makeLaptops } from '../helpers/laptops.ts';
import { describeWithPostgres } from '../helpers/postgres.ts';
import { tenantOf, testIdentity } from '../helpers/server-identity.ts';
import { startSyncServer, type SyncServer } from '../helpers/sync-server.ts';

const password = 'correct horse battery';

describeUnless(lackOfBinaries(), 'people from laptop to server', () => {
  let server: SyncServer;
  let own: Laptops;
  beforeAll(async () => {
    server = await startSyncServer();
    own = makeLaptops();
    server.cli('create-user', 'owner@example.org', '--tenant', 'corran', '--role', 'owner');
  });
  afterAll(async () => {
    await own.close();
    await server.stop();
  });

  const person = (
    email: string,
    role: string,
  ): { url: string; credentials: { email: string; password: string } } => {
    const made = server.cli('create-user', email, '--tenant', 'corran', '--role', role);
    return { url: server.url, credentials: { email, password: (made as { password: string }).password } };
  };

  test('who is invited accepts with a link, sets a second factor up, and needs its code from then on', async () => {
    const admin = await own.open('admin');
    await admin.sync.connect(person('admin@example.org', 'admin'));
    const { link } = await admin.people.invite({ email: 'new@example.org', role: 'analyst' });
    const invitation = readInvitation(link);
    expect(invitation?.url).toBe(server.url);
    expect(await admin.people.list()).toMatchObject({
      invitations: [{ email: 'new@example.org' }],
      seats: { taken: 3 },
    });
    const accept = { invitation: invitation?.token ?? '', password, fullName: 'Noor New' };
    await expect(admin.sync.connect({ url: server.url, credentials: accept })).rejects.toMatchObject({
      code: 'not-allowed',
    });
    const fresh = await own.open('fresh');
    const weak = fresh.sync.connect({ url: server.url, credentials: { ...accept, password: 'short' } });
    await expect(weak).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('12'),
    });
    const joined = await fresh.sync.connect({
      url: server.url,
      credentials: accept,
      device: 'The small one',
    });
    expect(joined).toMatchObject({ state: 'idle', role: 'analyst', person: 'Noor New', revoked: null });

    const offered = await fresh.account.offerSecondFactor({ password });
    const totp = new TOTP({ secret: Secret.fromBase32(offered.secret ?? '') });
    await expect(fresh.account.confirmSecondFactor({ code: '000000' })).rejects.toMatchObject({
      code: 'not-allowed',
      message: expect.stringContaining('not right'),
    });
    await fresh.account.confirmSecondFactor({ code: totp.generate() });
    const before = await fresh.people.list();
    expect(before.devices).toMatchObject([{ name: 'The small one', signedIn: true }]);
    await fresh.sync.signOut();
    const again = { email: 'new@example.org', password };
    await expect(fresh.sync.connect({ url: server.url, credentials: again })).rejects.toMatchObject({
      code: 'not-allowed',
      data: { server: 'SECOND_FACTOR' },
    });
    const code = offered.recoveryCodes?.[0] ?? '';
    await fresh.sync.connect({ url: server.url, credentials: { ...again, code } });
    // The laptop is the one that it was before.
    expect((await fresh.people.list()).devices).toMatchObject([{ name: 'The small one' }]);
    expect((await fresh.people.list()).devices.map(({ id }) => id)).toEqual(
      before.devices.map(({ id }) => id),
    );
    expect(await fresh.account.get()).toMatchObject({ secondFactor: true, recoveryCodesLeft: 9 });
    await expect(fresh.people.invite({ email: 'x@example.org', role: 'viewer' })).rejects.toMatchObject({
      code: 'not-allowed',
      data: { server: 'FORBIDDEN' },
    });
    await expect(fresh.people.audit({})).rejects.toMatchObject({ code: 'not-allowed' });
  });

  test('[D1] a workspace takes nobody but its person: what waits stays theirs, and the other is not even signed in', async () => {
    const ada = person('ada@example.org', 'analyst');
    const ben = person('ben@example.org', 'analyst');
    const laptop = await own.open('shared');
    await laptop.sync.connect(ada);
    await laptop.sync.signOut();
    await laptop.edits.add({
      entity: 'research_sessions',
      values: { title: 'Of Ada', research_question: 'Whose is this?' },
    });
    expect(await laptop.account.unsent()).toMatchObject({ rows: [{ title: 'Of Ada' }] });
    await expect(laptop.sync.connect(ben)).rejects.toMatchObject({
      message: expect.stringContaining('another person'),
    });
    expect((await laptop.sync.status()).waiting).toBeGreaterThan(0);
    const bens = await own.open('bens');
    await bens.sync.connect(ben);
    const { devices } = await bens.people.list();
    expect(devices).toHaveLength(1);
    await laptop.sync.connect(ada);
    expect(await laptop.sync.status()).toMatchObject({ state: 'idle', waiting: 0 });
    expect((await laptop.account.unsent()).rows).toEqual([]);
  });

  test('a viewer takes what there is and sends nothing; what they did waits for a role that writes', async () => {
    const viewer = person('vi@example.org', 'viewer');
    const laptop = await own.open('viewer');
    const first = await laptop.sync.connect(viewer);
    expect(first).toMatchObject({ state: 'idle', role: 'viewer' });
    expect(first.sentence).toContain('You may read here and not write');
    expect(first.waiting).toBeGreaterThan(0);
    const names = (await laptop.rows.list({ entity: 'users', limit: 50 })).rows.map((row) => row['email']);
    expect(names).toContain('vi@example.org');
    const boss = await own.open('boss');
    await boss.sync.connect(person('boss@example.org', 'owner'));
    const { people } = await boss.people.list();
    const user = people.find(({ email }) => email === 'vi@example.org')?.id ?? '';
    await boss.people.change({ do: 'role', user, role: 'analyst' });
    await laptop.sync.now();
    expect(await laptop.sync.status()).toMatchObject({ state: 'idle', sentence: '', waiting: 0 });
  });

  test('a laptop that was shut out says so, keeps what was not sent, and goes on when it is let in', async () => {
    const cy = person('cy@example.org', 'analyst');
    const laptop = await own.open('lost');
    await laptop.sync.connect(cy);
    const chief = await own.open('chief');
    await chief.sync.connect(person('chief@example.org', 'admin'));
    const all = await chief.people.list();
    const member = all.people.find(({ email }) => email === 'cy@example.org');
    const device = all.devices.find(({ user }) => user === member?.id);
    await chief.people.changeDevice({ id: device?.id ?? '', do: 'revoke' });
    await laptop.edits.add({
      entity: 'research_sessions',
      values: { title: 'Not sent', research_question: 'Kept?' },
    });
    await laptop.sync.now();
    expect(await laptop.sync.status()).toMatchObject({
      state: 'retired',
      revoked: { what: 'device', onRevoke: 'keep_encrypted' },
    });
    expect(await laptop.account.unsent()).toMatchObject({ rows: [{ title: 'Not sent' }] });
    await expect(laptop.sync.connect(cy)).rejects.toMatchObject({
      data: { server: 'CLIENT_RETIRED', what: 'device' },
    });
    await chief.people.changeDevice({ id: device?.id ?? '', do: 'readmit' });
    await laptop.sync.connect(cy);
    expect(await laptop.sync.status()).toMatchObject({ state: 'idle', waiting: 0, revoked: null });

    await chief.people.change({ do: 'remove', user: member?.id ?? '' });
    await laptop.sync.now();
    expect(await laptop.sync.status()).toMatchObject({ state: 'retired', revoked: { what: 'account' } });
    const { entries } = await chief.people.audit({});
    expect(entries.find(({ action }) => action === 'memberships.update')).toMatchObject({
      by: 'chief@example.org',
      about: 'cy@example.org',
      changes: [{ field: 'status', old: 'active', new: 'removed' }],
    });
  });
});

describeWithPostgres('sign-in in the browser, from the laptop', (postgres) => {
  test('goes to the issuer and back to this laptop; another sign-in takes its place; a server without one says so', async () => {
    const own = makeLaptops();
    const identity = { ...testIdentity(await postgres.database()), now: () => Date.now() };
    const { tenantId } = await tenantOf(identity, 'north');
    await addPerson(identity.pool, { tenantId }, { email: 'person@north.example', role: 'analyst' });
    const publicUrl = `http://127.0.0.1:${await freePort()}`;
    const client = {
      clientId: 'workbench',
      clientSecret: 'a secret of the issuer and this server',
      callback: `${publicUrl}/v1/auth/oidc/callback`,
    };
    const issuer = await startIssuer(client, {
      known: { email: 'person@north.example', email_verified: true },
    });
    const oidc = new OidcSignIn(identity, { ...client, issuer: issuer.url, publicUrl });
    const edge = await createEdge({ identity, log: silentLog, version: '0', oidc });
    const plain = await createEdge({ identity, log: silentLog, version: '0' });
    try {
      await edge.listen({ port: Number(new URL(publicUrl).port), host: '127.0.0.1' });
      const laptop = await own.open('laptop');
      const older = await laptop.sync.beginInBrowser({ url: publicUrl });
      const waiting = laptop.sync.connect({ url: publicUrl, credentials: { browser: older.id } });
      const refused = failure(waiting);
      const begun = await laptop.sync.beginInBrowser({ url: publicUrl });
      expect((await refused).code).toBe('cancelled');
      const connected = laptop.sync.connect({ url: publicUrl, credentials: { browser: begun.id } });
      const callback = await issuer.signIn(begun.address, 'known');
      const back = await fetch(callback, { redirect: 'manual' });
      const home = new URL(back.headers.get('location') ?? '');
      expect(home.hostname).toBe('127.0.0.1');
      // Somebody else on this machine finds nothing at the port but by the address itself.
      expect((await fetch(new URL('/?code=stolen', home))).status).toBe(404);
      const page = await fetch(home);
      expect([page.status, await page.text()]).toEqual([
        200,
        expect.stringContaining('go back to the Workbench'),
      ]);
      await connected;
      expect(await laptop.account.get()).toMatchObject({ user: { email: 'person@north.example' } });

      const url = await plain.listen({ port: 0, host: '127.0.0.1' });
      const other = await own.open('other');
      await expect(other.sync.beginInBrowser({ url })).rejects.toMatchObject({
        code: 'not-found',
        message: expect.stringContaining('password or a key'),
      });
    } finally {
      await own.close();
      await edge.close();
      await plain.close();
      await issuer.close();
    }
  });
});

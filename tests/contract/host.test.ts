import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { isContractProcedure } from '@orpc/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHost, type Host } from '../../main/host/host.ts';
import { contract, type HostClient } from '../../preload/contract/contract.ts';
import type { WorkbenchEvent } from '../../preload/contract/events.ts';
import { failure, recording } from '../helpers/contract-calls.ts';
import { callSync } from './sync-calls.ts';

let folder: string;
let host: Host;
let client: HostClient;
const called = new Set<string>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'workbench-contract-'));
  process.env['WORKBENCH_MODEL_DIR'] = join(folder, 'no-model');
  host = createHost({ mode: 'browser', threads: true, configFolder: join(folder, 'config') });
  client = recording(host.client('test'), called);
  const made = await client.workspaces.create({
    path: join(folder, 'w'),
    name: 'Contract',
    passphrase: 'a long passphrase',
    sample: false,
  });
  if (made.recoveryKey === null || made.current.state !== 'open') throw new Error('it is not open');
});
afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the host answers every procedure as the contract says', () => {
  let sessionId = '';
  let evidenceId = '';
  let artifactId = '';
  let extractionId = '';

  test('sessions, capture and its activity', async () => {
    const added = await client.edits.add({
      entity: 'research_sessions',
      values: { title: 'Cells', research_question: 'Which cells last?', tags: ['energy'] },
    });
    sessionId = added.id;
    const path = join(folder, 'cells.txt');
    writeFileSync(path, 'Sodium cells last for many cycles, as the tests of 2025 show.');
    expect(await client.capture.plan({ names: ['a.pdf', 'b.zip', 'c.zip'] })).toEqual({
      readable: 1,
      keptOnly: [{ kind: 'zip', count: 2 }],
    });
    const { jobId } = await client.capture.add({
      sessionId,
      paths: [path],
      texts: [{ text: 'Words by hand.' }],
    });
    const { items } = await client.capture.finished({ jobId });
    expect(items.map((item) => item.state)).toEqual(['added', 'added']);
    evidenceId = items[0]?.evidenceId ?? '';
    expect((await client.activity.items({ jobId })).length).toBe(2);
    expect((await client.activity.summary()).groups[0]?.done).toBe(2);
    for (const step of ['pause', 'resume', 'cancel', 'retry'] as const) await client.activity[step]({});
    await client.activity.clearFinished();
  });

  test('uploads in parts', async () => {
    const bytes = new TextEncoder().encode('Uploaded words about lithium.');
    const { uploadId } = await client.capture.uploadBegin({ name: 'u.txt', bytes: bytes.length });
    const half = await client.capture.uploadPart({
      uploadId,
      offset: 0,
      data: new Blob([bytes.slice(0, 10)]),
    });
    expect(half.received).toBe(10);
    const wrong = client.capture.uploadPart({ uploadId, offset: 3, data: new Blob(['x']) });
    expect((await failure(wrong)).code).toBe('invalid-input');
    await client.capture.uploadPart({ uploadId, offset: 10, data: new Blob([bytes.slice(10)]) });
    await client.capture.uploadEnd({ uploadId });
    const { jobId } = await client.capture.add({ sessionId, uploads: [uploadId] });
    expect((await client.capture.finished({ jobId })).items[0]?.state).toBe('added');
    const other = await client.capture.uploadBegin({ name: 'v.txt', bytes: 1 });
    await client.capture.uploadAbort(other);
  });

  test('lists, rows and edits', async () => {
    const window = await client.lists.evidence({ sessionId });
    expect(window.total).toBe(3);
    expect((await client.lists.sessions({})).length).toBe(1);
    expect((await client.lists.session({ id: sessionId })).question).toBe('Which cells last?');
    const detail = await client.lists.evidenceDetail({ id: evidenceId });
    artifactId = detail.row.artifactId ?? '';
    expect(detail.history.length).toBeGreaterThan(0);
    expect((await client.lists.artifacts({})).total).toBe(3);
    expect((await client.rows.list({ entity: 'evidence', sessionId })).total).toBe(3);
    expect((await client.overview.sessions()).map(({ id }) => id)).toEqual([sessionId]);
    const [from, to] = ['2000-01-01T00:00:00.000Z', '2999-01-01T00:00:00.000Z'];
    expect(await client.overview.statistics({ from, to })).toMatchObject({ sessions: 1, evidence: 3 });
    expect((await client.overview.weeks({ bounds: [from, to] })).counts).toEqual([3]);
    expect((await client.overview.attention({})).unsupported.total).toBe(0);
    expect(await client.overview.start()).toMatchObject({ document: true, claim: false });
    const changes = await client.overview.changes({ filter: { entity: 'evidence' }, limit: 2 });
    expect(changes.rows[0]).toMatchObject({ canUndo: true, subject: { entity: 'evidence', sessionId } });
    const change = changes.rows[0]?.txn ?? 0;
    expect((await client.edits.undoChange({ change })).changed.length).toBeGreaterThan(0);
    expect((await failure(client.edits.undoChange({ change }))).code).toBe('not-allowed');
    await client.edits.redo();
    const row = await client.rows.get({ entity: 'evidence', id: evidenceId });
    expect(await client.rows.resolve({ entity: 'evidence', text: row.label })).toEqual({ id: evidenceId });
    await client.edits.edit({
      entity: 'evidence',
      ids: [evidenceId],
      values: { title: 'T', reliability: 'A' },
    });
    expect((await client.edits.undoState()).undo).toBe('edit.evidence');
    await client.edits.undo();
    await client.edits.redo();
    expect(
      (await client.rows.history({ entity: 'evidence', id: evidenceId })).entries.length,
    ).toBeGreaterThan(1);
    const gone = await client.edits.add({ entity: 'research_sessions', values: { title: 'Gone' } });
    const target = { entity: 'research_sessions' as const, ids: [gone.id] };
    expect((await failure(client.edits.purge(target))).code).toBe('invalid-input');
    await client.edits.remove(target);
    expect((await client.lists.trash({})).rows[0]).toMatchObject({
      id: gone.id,
      entity: 'research_sessions',
    });
    await client.edits.restore(target);
    await client.edits.remove(target);
    await client.edits.purge(target);
    expect((await failure(client.rows.get({ entity: 'research_sessions', id: gone.id }))).code).toBe(
      'not-found',
    );
  });

  test('claims, quotes and marks', async () => {
    const { id } = await client.edits.add({
      entity: 'research_claims',
      values: { session_id: sessionId, claim_text: 'Sodium cells last' },
    });
    const quote = 'Sodium cells last for many cycles';
    const link = await client.claims.link({ claimId: id, evidenceId, stance: 'supports', quote });
    expect(link).toMatchObject({ start: 0, end: quote.length, page: null });
    const wrong = client.claims.link({
      claimId: id,
      evidenceId,
      stance: 'supports',
      quote: 'Iron cells last',
    });
    expect((await failure(wrong)).code).toBe('invalid-input');
    const all = { claimId: id, stance: 'contradicts' as const };
    const half = [{ evidenceId }, { evidenceId, quote: 'Iron cells last' }];
    expect((await failure(client.claims.linkAll({ ...all, sources: half }))).code).toBe('invalid-input');
    const { linkIds } = await client.claims.linkAll({ ...all, sources: [{ evidenceId }] });
    expect((await client.claims.detail({ id })).links.map((each) => each.id)).toContain(linkIds[0]);
    await client.edits.remove({ entity: 'claim_evidence', ids: linkIds });
    expect((await client.claims.list({ sessionId }))[0]?.standing.sources).toBe(1);
    expect((await client.claims.detail({ id })).links[0]).toMatchObject({ quote, orphan: false });
    expect((await client.annotations.list({ evidenceId }))[0]?.claim?.id).toBe(id);
    const rippled = await client.claims.ripple({ evidenceIds: [evidenceId], change: { kind: 'trash' } });
    expect(rippled[0]?.after.sources).toBe(0);
    const { ids } = await client.claims.split({ claimId: id, parts: ['Sodium lasts', 'Cells last'] });
    await client.claims.merge({ into: id, claimIds: ids.slice(1) });
    const tagged = { entity: 'research_claims' as const, ids: [id], add: ['cells'] };
    expect((await client.edits.tag(tagged)).changed).toHaveLength(1);
    expect((await client.edits.tag(tagged)).changed).toHaveLength(0);
  });

  test('search and reading', async () => {
    const found = await client.search.query({ query: 'sodium cycles' });
    expect(found.hits[0]).toMatchObject({ evidenceId });
    const searches = [{ query: 'sodium' }, { query: 'sodium', types: ['email'] }];
    expect(await client.search.counts({ searches })).toEqual({ documents: [1, 0] });
    expect((await client.model.status()).state).toBe('missing');
    expect((await failure(client.model.install({ from: '/nowhere.whl' }))).code).toBe('model-missing');
    const opened = await client.documents.open({ evidenceId });
    extractionId = opened.extractionId ?? '';
    const text = await client.documents.text({ extractionId, start: 0, end: 6 });
    expect(text.text).toBe('Sodium');
    expect(await client.documents.passage({ extractionId, start: 0, end: 6 })).toEqual({ rectangles: [] });
    expect(await client.documents.find({ extractionId, words: 'cells\nlast' })).toEqual({
      passages: [{ start: 7, end: 17 }],
    });
    const bytes = await client.documents.bytes({ artifactId, start: 0, end: 6 });
    expect(new TextDecoder().decode(await bytes.data.arrayBuffer())).toBe('Sodium');
    expect((await client.documents.readAgain({ evidenceId })).state).toBe('unchanged');
    expect(opened.hasSnapshot).toBe(false);
    expect((await failure(client.documents.snapshot({ artifactId }))).code).toBe('not-found');
  });

  test('references', async () => {
    const taken = await client.references.import({ text: '@book{k1, title = {One}, author = {Roe, Jane}}' });
    expect(taken).toMatchObject({ format: 'bibtex', items: [{ key: 'k1', status: 'added' }], problems: [] });
    const { rows } = await client.references.list({ text: 'one' });
    expect(rows).toMatchObject([{ key: 'k1', people: ['Roe'], kind: 'book', cites: [] }]);
    const id = rows[0]?.id ?? '';
    const edited = await client.references.edit({ id, csl: { title: 'Two' } });
    expect(edited.changed).toMatchObject([{ entity: 'reference_items', id }]);
    const { name, data } = await client.references.export({ format: 'ris' });
    expect(name).toBe('references.ris');
    expect(new TextDecoder().decode((await data?.arrayBuffer()) ?? new ArrayBuffer(0))).toContain(
      'TI  - Two',
    );
    const evidence = await client.lists.evidence({ sessionId, limit: 1 });
    const evidenceIds = evidence.rows.map((row) => row.id);
    const offered = await client.references.fromEvidence({ evidenceIds });
    expect(offered).toMatchObject([{ status: 'added' }]);
    const again = await client.references.fromEvidence({ evidenceIds });
    expect(again).toMatchObject([{ key: offered[0]?.key, status: 'unchanged' }]);
    const folder = await client.exports.session({ sessionId, format: 'obsidian' });
    const notes = unzipSync(new Uint8Array((await folder.data?.arrayBuffer()) ?? new ArrayBuffer(0)));
    const files = Object.entries(notes).map(([path, words]) => ({
      path,
      text: Buffer.from(words).toString(),
    }));
    expect(await client.imports.notes({ files })).toMatchObject({ sessionId, edited: 0, problems: [] });
    const session = await client.exports.session({ sessionId, format: 'csl-json' });
    expect(session.name).toMatch(/\.json$/);
  });

  test('sync without a server', () => callSync(client, { sessionId, evidenceId }));

  test('privacy, export, settings', async () => {
    const { settings } = await client.privacy.policy();
    expect(settings).toMatchObject({ v: 1 });
    expect((await failure(client.privacy.setPolicy({ settings: { unknown: 1 } }))).code).toBe(
      'invalid-input',
    );
    await client.privacy.setPolicy({ settings: { v: 1, classes: { content: { export: 'withhold' } } } });
    const leaving = await client.privacy.leaving({ to: 'export', sessionId });
    const ofTitles = leaving.items.find(
      (item) => item.columns.includes('title') && item.entity === 'evidence',
    );
    expect(ofTitles).toMatchObject({ decision: 'withhold', rule: 'classes.content.export' });
    const out = join(folder, 'out.json');
    const exported = await client.exports.session({ sessionId, format: 'json', out });
    expect(exported.withheld).toBeGreaterThan(0);
    const preview = await client.exports.preview({ kind: 'session', sessionId, format: 'md' });
    expect(preview.rules['classes.content.export']).toBeGreaterThan(0);
    const marks = await client.exports.annotations({ evidenceId, format: 'jsonld' });
    const text = new TextDecoder().decode(await marks.data?.arrayBuffer());
    expect(await client.imports.annotations({ text })).toMatchObject({ added: 0, left: 0 });
    expect((await failure(client.exports.annotations({ evidenceId, format: 'pdf' }))).code).toBe(
      'invalid-input',
    );
    const back = await client.imports.session({ text: readFileSync(out, 'utf8') });
    expect(back).toMatchObject({ added: 0, left: 0 });
    expect((await failure(client.imports.session({ text: '{}' }))).code).toBe('invalid-input');
    const receipts = await client.privacy.receipts({});
    expect(receipts[0]).toMatchObject({ destination: 'export', decision: 'allow' });
    const set = await client.settings.set({ trashDays: 7 });
    expect(await client.settings.get()).toEqual(set);
    await client.settings.setEndpointKey({ key: 'k' });
  });

  test('backups and diagnostics', async () => {
    const made = await client.backups.create({});
    expect(await client.backups.verify({ file: made.file })).toEqual({ ok: true, problems: [] });
    expect((await client.backups.list())[0]?.file).toBe(made.file);
    expect(
      (await client.backups.restore({ file: made.file, into: join(folder, 'restored') })).encrypted,
    ).toBe(true);
    expect((await client.diagnostics.status()).encrypted).toBe(true);
    expect(await client.diagnostics.doctor({})).toMatchObject({ ok: true });
    const { text } = await client.diagnostics.report();
    expect(text).toContain('"version"');
    expect(text).not.toContain('Cells');
  });

  test('accounts and people are asked of a server; without one each call says what to do', async () => {
    const id = '00000000-0000-7000-8000-000000000000';
    const proof = { password: 'a long passphrase', code: '123456' };
    const unconnected = [
      client.account.get(),
      client.account.changePassword({ current: 'one', next: 'another' }),
      client.account.offerSecondFactor({ password: 'one' }),
      client.account.confirmSecondFactor({ code: '123456' }),
      client.account.removeSecondFactor(proof),
      client.account.renewRecoveryCodes(proof),
      client.account.createKey({ name: 'a script', scopes: ['read'] }),
      client.account.revokeKey({ id }),
      client.people.list(),
      client.people.invite({ email: 'new@example.org', role: 'analyst' }),
      client.people.withdrawInvitation({ id }),
      client.people.change({ do: 'suspend', user: id }),
      client.people.changeDevice({ id, do: 'revoke' }),
      client.people.audit({}),
    ];
    for (const asked of unconnected) {
      expect(await failure(asked)).toMatchObject({
        code: 'not-allowed',
        message: expect.stringContaining('Connect it first'),
      });
    }
    const unsent = await client.account.unsent();
    expect(unsent.onlyHere).toBeGreaterThanOrEqual(unsent.waiting);
    const alone = client.account.removeCopy({ givenUp: unsent.onlyHere });
    expect((await failure(alone)).message).toContain('never connected');
    expect((await failure(client.sync.beginInBrowser({ url: 'http://127.0.0.1:1' }))).code).toBe('offline');
    await client.sync.cancelInBrowser();
  });

  test('keys and the life of a workspace', async () => {
    expect((await client.keys.status()).wraps.toSorted()).toEqual(['passphrase', 'recovery-key']);
    await client.keys.changePassphrase({ current: 'a long passphrase', next: 'another passphrase' });
    const wrong = client.keys.changePassphrase({ current: 'a long passphrase', next: 'third passphrase' });
    expect((await failure(wrong)).code).toBe('wrong-key');
    const { recoveryKey } = await client.keys.renewRecoveryKey();
    expect(await client.keys.makeKeyFile({ path: join(folder, 'w.key') })).toEqual({ secret: null });
    await client.keys.removeKeyFile();
    expect((await failure(client.keys.encrypt({ passphrase: 'a long passphrase' }))).code).toBe(
      'not-allowed',
    );
    expect((await failure(client.keys.remember({ remember: true }))).code).toBe('not-allowed');
    expect((await client.workspaces.sizes()).database).toBeGreaterThan(0);
    expect((await client.workspaces.freeSpace()).freed).toBeGreaterThanOrEqual(0);
    expect((await client.workspaces.lock()).state).toBe('locked');
    expect((await failure(client.lists.sessions({}))).code).toBe('workspace-locked');
    const shut = client.workspaces.unlock({ by: 'passphrase', passphrase: 'a long passphrase' });
    expect((await failure(shut)).code).toBe('wrong-key');
    expect((await client.workspaces.unlock({ by: 'recovery-key', recoveryKey })).state).toBe('open');
    expect((await client.workspaces.current()).authorId).not.toBeNull();
    const path = join(folder, 'w');
    expect((await client.workspaces.rename({ path, name: 'Renamed' })).name).toBe('Renamed');
    expect((await client.workspaces.list())[0]?.name).toBe('Renamed');
    expect((await client.workspaces.suggestPath({ name: 'New' })).path).toContain('New');
    const { trashedTo } = await client.workspaces.trash({ path });
    expect((await failure(client.workspaces.open({ path }))).code).toBe('workspace-missing');
    expect((await client.workspaces.restoreFromTrash({ trashedTo })).path).toBe(path);
    expect((await client.workspaces.open({ path })).state).toBe('locked');
    expect((await client.workspaces.close()).state).toBe('none');
  });

  test('a plain workspace is encrypted in place and keeps what is in it', async () => {
    const path = join(folder, 'plain');
    await client.workspaces.create({ path, name: 'Plain', sample: false });
    const { id } = await client.edits.add({ entity: 'research_sessions', values: { title: 'Kept' } });
    await client.keys.encrypt({ passphrase: 'a long passphrase' });
    expect((await client.workspaces.current()).workspace?.encrypted).toBe(true);
    const kept = async () => (await client.rows.get({ entity: 'research_sessions', id })).row['title'];
    expect(await kept()).toBe('Kept');
    const wrong = client.keys.decrypt({ by: 'passphrase', passphrase: 'another passphrase' });
    expect((await failure(wrong)).code).toBe('wrong-key');
    await client.keys.decrypt({ by: 'passphrase', passphrase: 'a long passphrase' });
    expect((await client.workspaces.current()).workspace?.encrypted).toBe(false);
    expect(await kept()).toBe('Kept');
  });

  test('events tell of changes', async () => {
    const events = await client.events.subscribe();
    const { id } = await client.edits.add({ entity: 'research_sessions', values: { title: 'Told' } });
    const seen: WorkbenchEvent[] = [];
    for await (const event of events) {
      seen.push(event);
      if (event.kind === 'changed') break;
    }
    expect(seen.at(-1)).toMatchObject({ kind: 'changed', rows: [{ entity: 'research_sessions', id }] });
  });

  test('wrong input is refused at the border, with a sentence', async () => {
    const error = await failure(client.rows.get({ entity: 'evidence', id: 'not-an-id' }));
    expect(error.code).toBe('invalid-input');
    expect(error.message).toContain('id');
  });

  test('nothing of the contract was left out above', () => {
    const all = Object.entries(contract).flatMap(([group, procedures]) =>
      Object.entries(procedures)
        .filter(([, procedure]) => isContractProcedure(procedure))
        .map(([name]) => `${group}.${name}`),
    );
    expect(all.filter((name) => !called.has(name))).toEqual([]);
  });
});

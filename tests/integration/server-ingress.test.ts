import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import * as Y from 'yjs';
import { entitySpec } from '../../db/catalogue/catalogue.ts';
import type { ExchangedEntry } from '../../sync/protocol/exchange.ts';
import { BlobFiles } from '../../sync/server/blobs/blob-files.ts';
import { Blobs } from '../../sync/server/blobs/blobs.ts';
import { setPolicy } from '../../sync/server/commands/policy.ts';
import { beginEpoch, PostgresStore } from '../../sync/server/store/postgres-store.ts';
import { makeTenant, sha256, TestLaptop, testEnvironment } from '../helpers/feed.ts';
import { describeWithPostgres, type TestPostgres } from '../helpers/postgres.ts';

const restrictedStays = { level_rules: { restricted: { sync: 'withhold' } } };

async function begin(postgres: TestPostgres, settings: object) {
  const { admin, server } = await postgres.database();
  const { tenant, users } = await makeTenant(admin, { ada: 'analyst' });
  const store = new PostgresStore(server);
  const epoch = await beginEpoch(server);
  const ada = new TestLaptop(store, testEnvironment(), { tenant, user: users.ada }, epoch);
  const made = await ada.makeSession();
  const set = (next: object) => setPolicy({ pool: server }, `t-${tenant}`, next);
  await set(settings);
  /** Results of these entries, each as a transaction of its own, by their codes. */
  const each = async (entries: readonly ExchangedEntry[], bodies: Readonly<Record<string, string>> = {}) => {
    const { results } = await ada.push(
      ...entries.map((entry) => ada.transaction([entry], { bodies: named(entry, bodies) })),
    );
    return results.map(({ st, code }) => code ?? st);
  };
  return { ada, set, each, server, ...made };
}

/** A server's files as one laptop sends and reads them. */
function filesOf({ principal }: TestLaptop, server: pg.Pool) {
  const folder = mkdtempSync(join(tmpdir(), 'ingress-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const blobs = new Blobs(server, new BlobFiles(folder));
  return {
    send: async (bytes: Buffer) => {
      const hash = sha256(bytes);
      await blobs.put(principal, hash, 0, bytes.length, bytes);
      await blobs.commit(principal, hash, bytes.length);
      return hash;
    },
    read: async (hash: string) => buffer((await blobs.read(principal, hash, 0, null)).stream),
  };
}

/** The bodies that an entry names. */
function named(entry: ExchangedEntry, bodies: Readonly<Record<string, string>>): Record<string, string> {
  const values = entry.op === 'insert' ? entry.values : [];
  return Object.fromEntries(Object.entries(bodies).filter(([hash]) => values.includes(hash)));
}

/** What may hold words of a page: its quote, its mark, elements of its and the mark's tags, its file with its reading, its reference. */
function wordsOf(ada: TestLaptop, scopes: { project: string; session: string; scope: string }, more: object) {
  const { scope, session, project } = scopes;
  const file = ada.insert('artifacts', scope, { content_hash: sha256(`file of ${JSON.stringify(more)}`) });
  const reference = ada.insert('reference_items', `project:${project}`, { project_id: project });
  const page = ada.insert('evidence', scope, {
    session_id: session,
    artifact_id: file.row,
    reference_id: reference.row,
    ...more,
  });
  const claim = ada.insert('research_claims', scope, { session_id: session });
  const link = { claim_id: claim.row, evidence_id: page.row, stance: 'supports' };
  const mark = ada.insert('annotations', scope, { evidence_id: page.row });
  const part = (owner_entity: string, owner_id: string, element: string) =>
    ada.insert('set_elements', scope, { owner_entity, owner_id, column_name: 'tags', element });
  return {
    bare: [page, claim, mark],
    words: [
      ada.insert('claim_evidence', scope, { ...link, quote: 'words' }),
      ada.insert('annotations', scope, { evidence_id: page.row, quote: 'words' }),
      part('evidence', page.row, 'a tag'),
      part('annotations', mark.row, 'a tag'),
      file,
      ada.insert('metadata_tags', scope, {
        artifact_id: file.row,
        tag_type: 'document',
        tag_key: 'title',
        tag_value: 'words',
      }),
      ada.insert('content_extractions', scope, {
        artifact_id: file.row,
        extractor: 'text',
        extractor_version: '1',
        page_map: [1],
      }),
      ada.insert(
        'reference_items',
        `project:${project}`,
        { project_id: project, name: 'words' },
        reference.row,
      ),
    ],
  };
}

describeWithPostgres('what a laptop sends that its policy should have kept', (postgres) => {
  test('[P27] words of a page whose level forbids it are refused, wherever they stand; those of another page are not', async () => {
    const { ada, set, each, ...scopes } = await begin(postgres, {});
    const closed = wordsOf(ada, scopes, { sharing_level: 'restricted' });
    const open = wordsOf(ada, scopes, { sharing_level: 'internal' });
    expect(await each([...closed.bare, ...open.bare])).not.toContain('POLICY');
    await set(restrictedStays);
    expect(await each(closed.words)).toEqual(closed.words.map(() => 'POLICY'));
    expect(await each(open.words)).toEqual(open.words.map(() => 'applied'));
  });

  test('[P27] a refused transaction opens no page for the ones after it', async () => {
    const { ada, set, ...scopes } = await begin(postgres, {});
    const { bare, words } = wordsOf(ada, scopes, { sharing_level: 'restricted' });
    const made = ada.transaction(bare);
    await ada.push(made);
    await set(restrictedStays);
    const [page] = bare as [ExchangedEntry];
    const level = entitySpec('evidence').columns['sharing_level']?.n ?? 0;
    const title = entitySpec('evidence').columns['title']?.n ?? 0;
    const lower = ada.update(page, [
      [level, 'public', [made.stamp]],
      [title, '\u0000', [made.stamp]],
    ]);
    const answer = await ada.push(ada.transaction([lower]), ada.transaction([words[0] as ExchangedEntry]));
    expect(answer.results.map(({ code }) => code)).toEqual(['UNFAITHFUL', 'POLICY']);
  });

  test('[P27] what rests on a page that is not here is refused where levels decide, and taken where they do not', async () => {
    const { ada, set, each, ...scopes } = await begin(postgres, {});
    const [first, second] = [wordsOf(ada, scopes, { title: 1 }), wordsOf(ada, scopes, { title: 2 })];
    expect(await each([first.words[0] as ExchangedEntry])).toEqual(['applied']);
    await set(restrictedStays);
    expect(await each([second.words[0] as ExchangedEntry])).toEqual(['POLICY']);
  });

  test('[P27] [P14] rules for sources hold for quotes: what comes is refused, what is there is masked', async () => {
    const { ada, set, each, ...scopes } = await begin(postgres, {});
    const sealed = wordsOf(ada, scopes, { source_url: 'https://paper.example.org/a' });
    const tagged = wordsOf(ada, scopes, { language: 'en' });
    const seal = ada.insert('set_elements', scopes.scope, {
      owner_entity: 'evidence',
      owner_id: tagged.bare[0]?.row ?? '',
      column_name: 'tags',
      element: 'sealed',
    });
    const before = [sealed, tagged].map(({ words }) => words[1] as ExchangedEntry);
    expect(await each([...sealed.bare, ...tagged.bare, seal, ...before])).not.toContain('POLICY');
    const pulled = async (scopeEpoch: number) =>
      JSON.stringify(
        (await ada.pull({}, { want: [{ scope: scopes.scope, scopeEpoch, seq: '0', whole: true }] })).rows,
      );
    expect(await pulled(0)).toContain('"words"');
    await set({
      sources: [
        { match: { domain: 'example.org' }, effect: { sync: 'withhold' }, reason: 'Theirs.' },
        { match: { tag: 'sealed' }, effect: { sync: 'withhold' }, reason: 'Sealed.' },
      ],
    });
    const after = [sealed, tagged].map(({ words }) => words[0] as ExchangedEntry);
    expect(await each(after)).toEqual(['POLICY', 'POLICY']);
    expect(await pulled(1)).not.toContain('"words"');
  });

  test('[P27] an element of a set is what its column is', async () => {
    const { ada, set, each, scope, project } = await begin(postgres, {});
    const file = ada.insert('artifacts', scope, { content_hash: sha256('f') });
    const reference = ada.insert('reference_items', `project:${project}`, { project_id: project });
    const element = (column_name: string) =>
      ada.insert('set_elements', scope, {
        owner_entity: 'artifacts',
        owner_id: file.row,
        column_name,
        element: 'x',
      });
    await each([file, reference]);
    await set({ classes: { content: { sync: 'withhold' } } });
    expect(await each([element('keywords'), element('tags')])).toEqual(['POLICY', 'applied']);
  });

  test('[P27] [P14] what the settings redact is refused in values, texts and their updates, and masked where it is there', async () => {
    const { ada, set, each, scope, session } = await begin(postgres, {});
    const text = Buffer.from('ask me@example.org');
    const clean = Buffer.from('ask nobody');
    const bodies = Object.fromEntries([text, clean].map((data) => [sha256(data), data.toString('base64')]));
    const file = ada.insert('artifacts', scope, { content_hash: sha256('f') });
    const reading = (data: Buffer) =>
      ada.insert('content_extractions', scope, {
        artifact_id: file.row,
        extractor: 'text',
        extractor_version: '1',
        text_hash: sha256(data),
      });
    const titled = (title: string) => ada.insert('evidence', scope, { session_id: session, title });
    const update = (said: string) => {
      const document = new Y.Doc();
      document.getText('text').insert(0, said);
      const data = Buffer.from(Y.encodeStateAsUpdate(document));
      bodies[sha256(data)] = data.toString('base64');
      return ada.insert('text_updates', scope, {
        owner_entity: 'research_sessions',
        owner_id: session,
        column_name: 'notes',
        lineage: session,
        update_hash: sha256(data),
      });
    };
    const before = [file, titled('me@example.org'), reading(text), update('me@example.org'), reading(clean)];
    expect(await each(before, bodies)).not.toContain('POLICY');
    await set({ redaction: { detectors: ['email'] } });
    const after = [
      titled('me@example.org'),
      reading(text),
      update('me@example.org'),
      titled('me'),
      update('me'),
    ];
    expect(await each(after, bodies)).toEqual(['POLICY', 'POLICY', 'POLICY', 'applied', 'applied']);
    const page = await ada.pull({}, { want: [{ scope, scopeEpoch: 1, seq: '0', whole: true }] });
    const said =
      JSON.stringify(page) +
      Object.values(page.bodies)
        .map((data) => Buffer.from(data, 'base64').toString('latin1'))
        .join();
    expect(said).not.toContain('me@example.org');
    expect(Object.keys(page.bodies)).toContain(sha256(clean));
  });

  test('[P27] a file is taken and given where one of its rows lets it, and where levels decide never without a row', async () => {
    const { ada, set, each, server, ...scopes } = await begin(postgres, {});
    const { send, read } = filesOf(ada, server);
    const files = ['restricted', 'internal'].map((level) => {
      const bytes = Buffer.from(`bytes that are ${level}`);
      const file = ada.insert('artifacts', scopes.scope, { content_hash: sha256(bytes) });
      const page = ada.insert('evidence', scopes.scope, {
        session_id: scopes.session,
        artifact_id: file.row,
        sharing_level: level,
      });
      return { bytes, rows: [page, file] };
    });
    const [closed, open] = files as [(typeof files)[number], (typeof files)[number]];
    await each([...closed.rows, ...open.rows]);
    const hash = await send(closed.bytes);
    expect(await read(hash)).toEqual(closed.bytes);
    await set(restrictedStays);
    const refused = { code: 'FORBIDDEN' };
    await expect(send(closed.bytes)).rejects.toMatchObject(refused);
    await expect(send(Buffer.from('named by nobody'))).rejects.toMatchObject(refused);
    await expect(read(hash)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await read(await send(open.bytes))).toEqual(open.bytes);
  });

  test('[P27] where words are redacted, a file is taken and given only where all that was read in it holds none of them', async () => {
    const { ada, set, each, server, scope, session } = await begin(postgres, {});
    const { send, read } = filesOf(ada, server);
    /** A file with a document that uses it and has this reading; without one where that is null. */
    const documentOf = async (bytes: Buffer, text: string | null) => {
      const file = ada.insert('artifacts', scope, { content_hash: sha256(bytes) });
      const data = Buffer.from(text ?? '');
      const reading = ada.insert('content_extractions', scope, {
        artifact_id: file.row,
        extractor: 'text',
        extractor_version: String(text?.length),
        text_hash: sha256(data),
      });
      const page = ada.insert('evidence', scope, {
        session_id: session,
        artifact_id: file.row,
        ...(text === null ? {} : { extraction_id: reading.row }),
      });
      await each(text === null ? [file, page] : [file, reading, page], {
        [sha256(data)]: data.toString('base64'),
      });
      return { bytes, file };
    };
    const told = await documentOf(Buffer.from('one'), 'write to me@example.org');
    const clean = await documentOf(Buffer.from('two'), 'write to me');
    const unread = await documentOf(Buffer.from('three'), null);
    const held = await send(told.bytes);
    expect(await read(held)).toEqual(told.bytes);
    await set({ redaction: { detectors: ['email'] } });
    await expect(read(held)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    for (const { bytes } of [told, unread])
      await expect(send(bytes)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(send(Buffer.from('named by nobody'))).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await read(await send(clean.bytes))).toEqual(clean.bytes);
    // A second document that uses the file and was not read takes it back.
    await each([
      ada.insert('evidence', scope, { session_id: session, artifact_id: clean.file.row, title: 'again' }),
    ]);
    await expect(read(sha256(clean.bytes))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await set({ redaction: { detectors: ['person_names'] } });
    await expect(send(clean.bytes)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

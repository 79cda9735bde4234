import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodeGeometry } from '../../main/documents/geometry.ts';
import { isPrivateAddress } from '../../main/capture/fetch/address.ts';
import { fetchPage } from '../../main/capture/fetch/fetch-page.ts';
import { bytesOf, docx, mail, pdf } from '../helpers/documents.ts';
import type { IngestBench } from '../helpers/ingest.ts';
import { openIngest, temporaryFolder } from '../helpers/ingest.ts';

let place: ReturnType<typeof temporaryFolder>;
let bench: IngestBench;

beforeEach(() => {
  place = temporaryFolder();
  bench = openIngest(place.path);
});

afterEach(async () => {
  await bench.close();
  place.remove();
});

function file(name: string, bytes: Uint8Array): string {
  const path = join(place.path, name);
  writeFileSync(path, bytes);
  return path;
}

function count(table: string): number {
  return bench.workspace.replica.db.statements.value<number>(`SELECT count(*) FROM ${table}`) ?? -1;
}

const article =
  'The price of lithium carbonate fell for the fifth month in a row as new mines opened. '.repeat(6);

describe('from a path to published rows', () => {
  test('every format becomes artifact, extraction, chunks and evidence', async () => {
    const session = bench.addSession('Why do lithium prices fall?');
    const paths = [
      file('a.pdf', pdf([['Lithium prices fell.'], ['New mines opened.']])),
      file('b.docx', docx(['Heading', article])),
      file(
        'c.html',
        bytesOf(
          `<!doctype html><html lang="en"><head><title>Prices</title><meta name="author" content="A. Writer"></head><body><article><p>${article}</p></article></body></html>`,
        ),
      ),
      file('d.md', bytesOf(`---\ntitle: Notes\ndate: 2024-03-12\n---\n# Notes\n\n${article} and more.`)),
      file('e.txt', bytesOf('Plain words about mines.')),
      file('f.csv', bytesOf('year,price\n2022,71\n2023,34\n')),
    ];
    const items = await bench.ingest(session, { paths });
    expect(items.map((item) => [item.state, item.error])).toEqual(paths.map(() => ['added', null]));
    expect(items.map((item) => item.path)).toEqual(paths);
    expect(count('artifacts')).toBe(6);
    expect(count('content_extractions')).toBe(6);
    const row = bench.workspace.replica.db.statements.get<Record<string, unknown>>(
      `SELECT e.title, e.publication_date, e.recency_score, e.relevance_score, e.overall_quality_score FROM evidence e WHERE e.file_name = 'd.md'`,
    );
    expect(row?.['title']).toBe('Notes');
    expect(row?.['publication_date']).toBe('2024-03-12');
    expect(row?.['relevance_score']).toBeGreaterThan(0.3);
    const geometry = bench.workspace.replica.db.statements.value<string>(
      `SELECT geometry_hash FROM content_extractions WHERE geometry_hash IS NOT NULL`,
    );
    const pages = decodeGeometry(bench.workspace.blobs.read(geometry ?? ''));
    expect(pages[1]?.lines.slice(0, 2)).toEqual([22, 39]);
  });

  test('the same bytes: a duplicate in the session, added in another, one artifact', async () => {
    const [first, second] = [bench.addSession('One?'), bench.addSession('Two?')];
    const path = file('a.txt', bytesOf(article));
    const [added] = await bench.ingest(first, { paths: [path] });
    const [again] = await bench.ingest(first, { paths: [path] });
    const [elsewhere] = await bench.ingest(second, { paths: [path] });
    expect(again).toMatchObject({ state: 'duplicate', evidenceId: added?.evidenceId });
    expect(elsewhere).toMatchObject({ state: 'added', artifactId: added?.artifactId });
    expect([count('artifacts'), count('evidence')]).toEqual([1, 2]);
  });

  test('the same text in other bytes and nearly the same text are said and linked', async () => {
    const session = bench.addSession('?');
    const words = Array.from({ length: 300 }, (_, at) => `word${(at * 7919) % 1009}`);
    await bench.ingest(session, { paths: [file('one.txt', bytesOf(words.join(' ')))] });
    const [same] = await bench.ingest(session, { paths: [file('two.txt', bytesOf(words.join('\n')))] });
    const [near] = await bench.ingest(session, {
      paths: [file('three.txt', bytesOf(words.with(150, 'other').join(' ')))],
    });
    expect(same?.sentence).toContain('The text is the same as that of one');
    expect(near?.sentence).toMatch(/The text is \d\d % like that of/);
    const relations = bench.workspace.replica.db.statements.all<{ relation: string }>(
      'SELECT relation FROM near_duplicates',
    );
    expect(relations.map(({ relation }) => relation).toSorted()).toEqual([
      'near-duplicate',
      'near-duplicate',
      'same-text',
    ]);
  });

  test('what cannot be read is kept, what cannot be opened says why', async () => {
    const session = bench.addSession('?');
    const items = await bench.ingest(session, {
      paths: [
        file(
          'p.png',
          Buffer.from(
            'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
            'base64',
          ),
        ),
        file('scan.pdf', pdf([[]])),
        file('locked.pdf', pdf([['x']], { password: 'secret' })),
        file('empty.txt', new Uint8Array(0)),
        join(place.path, 'gone.txt'),
      ],
    });
    expect(items.map((item) => item.state)).toEqual(['stored', 'stored', 'failed', 'failed', 'failed']);
    expect(items.map((item) => item.error?.code ?? null)).toEqual([
      null,
      null,
      'document-encrypted',
      'file-empty',
      'file-missing',
    ]);
    expect(items[1]?.sentence).toContain('no page has a text layer');
    expect(count('evidence')).toBe(2);
  });

  test('attachments become evidence of their own below the mail, three deep', async () => {
    const innermost = mail('Four', 'Deepest', [
      { name: 'too-deep.txt', type: 'text/plain', bytes: bytesOf('Never read.') },
    ]);
    const wrap = (subject: string, inner: Uint8Array) =>
      mail(subject, `Words of ${subject}`, [
        { name: `${subject}.eml`, type: 'application/octet-stream', bytes: inner },
      ]);
    const session = bench.addSession('?');
    const items = await bench.ingest(session, {
      paths: [file('m.eml', wrap('One', wrap('Two', wrap('Three', innermost))))],
    });
    expect(items.map((item) => item.state)).toEqual(['added', 'added', 'added', 'added']);
    expect(items.at(-1)?.sentence).toContain('Attachments of attachments');
    const parents = bench.workspace.replica.db.statements.value<number>(
      'SELECT count(*) FROM evidence WHERE parent_id IS NOT NULL',
    );
    expect(parents).toBe(3);
  });

  test('folders are walked, without hidden files and without leaving the folder by a link', async () => {
    const folder = join(place.path, 'in');
    mkdirSync(join(folder, 'sub'), { recursive: true });
    writeFileSync(join(folder, 'a.txt'), 'First words.');
    writeFileSync(join(folder, 'sub', 'b.txt'), 'Second words.');
    writeFileSync(join(folder, '.hidden.txt'), 'Hidden.');
    file('outside.txt', bytesOf('Outside.'));
    symlinkSync(join(place.path, 'outside.txt'), join(folder, 'escape.txt'));
    symlinkSync(folder, join(folder, 'loop'));
    const items = await bench.ingest(bench.addSession('?'), { paths: [folder] });
    expect(items.map((item) => item.path)).toEqual([join(folder, 'a.txt'), join(folder, 'sub', 'b.txt')]);
  });
});

describe('the queue', () => {
  test('a failed item can be retried once its cause is gone', async () => {
    const session = bench.addSession('?');
    const path = join(place.path, 'late.txt');
    const { jobId } = await bench.service.add({ sessionId: session, paths: [path] });
    await bench.service.idle();
    writeFileSync(path, 'Now it is there.');
    await bench.service.retry({ jobId });
    await bench.service.idle();
    expect((await bench.service.items({ jobId }))[0]?.state).toBe('added');
  });

  test('paused work waits, survives a restart, and can be cancelled', async () => {
    const session = bench.addSession('?');
    bench.service.pause();
    const { jobId } = await bench.service.add({
      sessionId: session,
      texts: [{ text: 'Pasted words.' }, { text: 'More.' }],
    });
    await bench.service.idle();
    expect((await bench.service.summary())?.state).toBe('paused');
    await bench.close();
    bench = openIngest(place.path);
    const [first] = await bench.service.items({ jobId });
    await bench.service.cancel({ itemIds: [first?.id ?? ''] });
    bench.service.start();
    await bench.service.idle();
    expect((await bench.service.items({ jobId })).map((item) => item.state)).toEqual(['cancelled', 'added']);
  });
});

describe('pages from the network', () => {
  async function served(body: (url: string) => Promise<void>): Promise<void> {
    const server = createServer((request, response) => {
      if (request.url === '/moved') response.writeHead(302, { location: '/page' }).end();
      else if (request.url === '/loop') response.writeHead(302, { location: '/loop' }).end();
      else if (request.url === '/large') response.end(Buffer.alloc(300_000));
      else if (request.url === '/page') response.end(`<!doctype html><title>T</title><p>${article}</p>`);
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      await body(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  test('are fetched under the gate, and a refusal names its rule', async () => {
    await served(async (url) => {
      const session = bench.addSession('?');
      const items = await bench.ingest(session, {
        urls: [`${url}/moved`, `${url}/gone`, 'ftp://example.org/x'],
      });
      expect(items.map((item) => item.error?.code ?? item.state)).toEqual([
        'added',
        'address-refused',
        'address-invalid',
      ]);
      const decide = async (address: string) => ({ allowed: !address.endsWith('/page'), rule: 'sources[0]' });
      const kept = await fetchPage(`${url}/moved`, { decide, allowPrivate: true });
      expect(kept).toMatchObject({
        kind: 'failed',
        reason: { code: 'address-withheld', parameters: { rule: 'sources[0]' } },
      });
    });
  });

  test('are bounded in size and redirects, and never from inside', async () => {
    await served(async (url) => {
      const decide = async () => ({ allowed: true, rule: 'test' });
      const large = await fetchPage(`${url}/large`, { decide, allowPrivate: true, maxBytes: 100_000 });
      expect(large).toMatchObject({ reason: { code: 'address-too-large' } });
      expect(await fetchPage(`${url}/loop`, { decide, allowPrivate: true })).toMatchObject({
        reason: { code: 'address-refused' },
      });
      for (const address of [
        `${url}/page`,
        url.replace('127.0.0.1', 'localhost'),
        'http://[::ffff:7f00:1]/',
        'http://0x7f.1/',
      ]) {
        expect(await fetchPage(address, { decide })).toMatchObject({ reason: { code: 'address-private' } });
      }
    });
    expect(['10.1.2.3', '169.254.169.254', '::1', 'fd00::1', '::ffff:10.0.0.1'].every(isPrivateAddress)).toBe(
      true,
    );
    expect(['93.184.216.34', '2606:4700::1111'].some(isPrivateAddress)).toBe(false);
  });

  test('wait for the network where there is none', async () => {
    const [item] = await bench.ingest(bench.addSession('?'), { urls: ['http://no-such-host.invalid/'] });
    expect(item?.state).toBe('waiting-for-network');
    expect(item?.sentence).toContain('Waits for the network');
  });
});

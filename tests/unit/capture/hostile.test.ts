import { afterAll, describe, expect, test } from 'vitest';
import { zipSync } from 'fflate';
import iconv from 'iconv-lite';
import type { Reading } from '../../../main/capture/process/protocol.ts';
import { sentenceOf } from '../../../main/capture/messages.ts';
import { displayName } from '../../../main/capture/ingest/names.ts';
import { ExtractorPool } from '../../../main/capture/process/extractor-pool.ts';
import { bytesOf, docx, mail, pdf } from '../../helpers/documents.ts';

const pool = new ExtractorPool();
afterAll(() => pool.close());

function textOf(reading: Reading): string {
  if (reading.kind !== 'read') throw new Error(`not read: ${JSON.stringify(reading)}`);
  return reading.extraction.text;
}

function reasonOf(reading: Reading): string {
  return reading.kind === 'read' ? 'read' : reading.reason.code;
}

describe('types are told by content', () => {
  test.each([
    ['a PDF called text', 'notes.txt', pdf([['Lithium prices fell.']]), 'pdf'],
    ['a DOCX called zip', 'archive.zip', docx(['Heading', 'Words']), 'docx'],
    ['HTML called PDF', 'page.pdf', bytesOf('<!doctype html><html><body><p>Words</p></body></html>'), 'html'],
    ['text called PDF', 'report.pdf', bytesOf('BM is how this text begins, and it is text.'), 'text'],
    ['a mail without a name', 'x', mail('Prices', 'They fell.'), 'eml'],
    ['a table called text', 't.txt', bytesOf('year,price\n2022,71\n2023,34\n2024,12\n'), 'csv'],
    [
      'prose with commas',
      't.csv2',
      bytesOf('First, we saw.\nThen, we came.\nWe left at last\nand that, my friend, was it.'),
      'text',
    ],
    [
      'Markdown called text',
      'readme.txt',
      bytesOf('# Title\n\nSee [this](https://example.org).\n'),
      'markdown',
    ],
    [
      'SVG',
      'drawing.html',
      bytesOf('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
      'unreadable',
    ],
    ['bytes', 'data.txt', Uint8Array.from({ length: 4096 }, (_, at) => (at * 7919) & 255), 'unreadable'],
    ['nothing', 'empty.pdf', new Uint8Array(0), 'empty'],
  ])('%s', async (_, name, bytes, format) => {
    const reading = await pool.read(name, bytes);
    expect(reading.detected?.format).toBe(format);
  });

  test.each([
    ['utf8', 'Preise für Lithium: überall gefallen, sagt die Börse.'],
    ['utf-16le', 'Preise für Lithium: überall gefallen.'],
    ['utf-16be', 'Preise für Lithium: überall gefallen.'],
    ['utf-32le', 'Preise für Lithium.'],
    [
      'windows-1252',
      'Die Preise für Lithium sind überall gefallen, größer wäre möglich. Schöne Grüße aus München.',
    ],
    ['windows-1251', 'Цены на литий упали во всём мире, сообщают аналитики рынка. Это хорошая новость.'],
    ['shift_jis', 'リチウムの価格は世界中で下落したと市場アナリストは述べている。これは良い知らせです。'],
    ['gb18030', '锂的价格在全世界下跌，市场分析师表示。这是一个好消息，因为电池会更便宜。'],
    ['euc-kr', '리튬 가격이 전 세계적으로 하락했다고 시장 분석가들이 말했다. 이것은 좋은 소식이다.'],
  ])('text in %s', async (encoding, text) => {
    expect(textOf(await pool.read('a.txt', iconv.encode(text, encoding)))).toBe(text);
  });
});

describe('hostile files', () => {
  test('NUL and lone surrogates are replaced and counted', async () => {
    const reading = await pool.read(
      'a.txt',
      bytesOf('before\u0000after '.repeat(3) + 'and enough ordinary words around it'),
    );
    expect(textOf(reading)).not.toContain('\u0000');
    expect(reading.kind === 'read' && reading.extraction.warnings).toEqual([
      { code: 'nul-replaced', parameters: { count: 3 } },
    ]);
    const lone = Buffer.from('a\ud800b and words', 'utf16le');
    const utf16 = await pool.read('b.txt', Buffer.concat([Buffer.from([0xff, 0xfe]), lone]));
    expect(textOf(utf16).isWellFormed()).toBe(true);
  });

  test('a zip bomb is not unpacked', async () => {
    const bomb = new Uint8Array(250 * 2 ** 20);
    const reading = await pool.read('bomb.docx', docx(['Heading'], { 'word/document.xml': bomb }));
    expect(reasonOf(reading)).toBe('document-unpacks-too-large');
  });

  test('an encrypted PDF says so', async () => {
    const reading = await pool.read('secret.pdf', pdf([['Secret']], { password: 'open sesame' }));
    expect(reasonOf(reading)).toBe('document-encrypted');
    expect(reading.kind === 'failed' && sentenceOf(reading.reason)).toContain('password');
  });

  test('pages without a text layer are named, a PDF with none is kept', async () => {
    const some = await pool.read('a.pdf', pdf([['One'], [], ['Three'], []]));
    expect(some.kind === 'read' && some.extraction.warnings.map(sentenceOf)).toEqual([
      'Pages 2, 4 have no text layer.',
    ]);
    const none = await pool.read('b.pdf', pdf([[]]));
    expect(none.kind).toBe('kept');
    expect(reasonOf(none)).toBe('no-text-layer');
  });

  test.each([
    ['pdf', pdf([['One line of words.'], ['Two lines of words.']])],
    ['docx', docx(['Heading', 'Words in a paragraph'])],
    [
      'eml',
      mail('Prices', 'They fell.', [{ name: 'a.txt', type: 'text/plain', bytes: bytesOf('x'.repeat(500)) }]),
    ],
    ['html', bytesOf(`<!doctype html><html><body>${'<div><p>Words'.repeat(50)}`)],
    ['csv', bytesOf('a,b\n1,"2\n3,4\n5,6')],
    ['md', bytesOf('# Title\n\n```\nnever closed [x](')],
    ['txt', Buffer.from('Größe', 'utf8').subarray(0, 4)],
  ])('a truncated %s is an answer, never a crash', async (extension, whole) => {
    for (const share of [0.3, 0.6, 0.95]) {
      const reading = await pool.read(`cut.${extension}`, whole.slice(0, Math.ceil(whole.length * share)));
      expect(['read', 'kept', 'failed']).toContain(reading.kind);
      expect(reasonOf(reading)).not.toMatch(/^reader-/);
    }
  });

  test('scripts, handlers, loads, forms and frames do not reach the snapshot', async () => {
    const attack =
      '<!doctype html><html><head><base href="https://evil.example"><meta http-equiv="refresh" content="0;url=https://evil.example">' +
      '<link rel="stylesheet" href="https://evil.example/a.css"><style>body{background:url(https://evil.example/b)}</style></head>' +
      '<body onload="alert(1)"><p style="background:url(https://evil.example/c)">Words <b onclick="alert(2)">bold</b></p>' +
      '<img src="https://evil.example/d.png" onerror="alert(3)"><img src="data:image/svg+xml;base64,PHN2Zz4=">' +
      '<a href="java\u0001script:alert(4)">link</a><a href="https://example.org/ok">good</a>' +
      '<svg><script>alert(5)</script><foreignObject><iframe srcdoc="<script>alert(6)</script>"></iframe></foreignObject></svg>' +
      '<math><mtext><table><mglyph><style><img src=x onerror=alert(7)></style></mglyph></table></mtext></math>' +
      '<noscript><p title="</noscript><img src=x onerror=alert(8)>"></noscript><template><script>alert(9)</script></template>' +
      '<form action="https://evil.example"><input name=a></form><iframe src="https://evil.example"></iframe>' +
      '<object data="https://evil.example"></object><p>&lt;script&gt;alert(10)&lt;/script&gt;</p></body></html>';
    const reading = await pool.read('attack.html', bytesOf(attack));
    const snapshot = reading.kind === 'read' ? (reading.extraction.snapshotHtml ?? '') : '';
    expect(snapshot).not.toMatch(
      /<(script|style|link|base|iframe|object|embed|svg|math|form|input|template|noscript)/i,
    );
    expect(snapshot).not.toMatch(/<[^>]*\son\w+\s*=/i);
    expect(snapshot).not.toMatch(/evil\.example|javascript:|srcdoc|image\/svg/i);
    expect(snapshot).toContain('href="https://example.org/ok"');
    expect(snapshot).toContain("default-src 'none'");
    expect(textOf(reading)).toContain('Words');
  });

  test('deep nesting is read or refused, without harm to the next file', async () => {
    const deep = bytesOf(
      `<!doctype html><html><body>${'<div>'.repeat(60_000)}words${'</div>'.repeat(60_000)}</body></html>`,
    );
    const [first, second] = await Promise.all([
      pool.read('deep.html', deep),
      pool.read('next.txt', bytesOf('The next file is read.')),
    ]);
    expect(reasonOf(first)).toBe('document-nested-too-deep');
    expect(textOf(second)).toBe('The next file is read.');
  });

  test('a PDF of 10,000 pages is read page by page', async () => {
    let told = 0;
    const pages = Array.from({ length: 10_000 }, (_, page) => [`Page ${page + 1} of the long report.`]);
    const reading = await pool.read('long.pdf', pdf(pages), { onProgress: () => (told += 1) });
    if (reading.kind !== 'read') throw new Error(JSON.stringify(reading));
    const { text, pages: spans } = reading.extraction;
    expect(spans).toHaveLength(10_000);
    const last = spans.at(-1);
    expect(text.slice(last?.start, last?.end)).toBe('Page 10000 of the long report.');
    expect(told).toBeGreaterThan(3);
  });

  test('attachments are handed on, at most a hundred', async () => {
    const parts = Array.from({ length: 120 }, (_, at) => ({
      name: `${at}.txt`,
      type: 'text/plain',
      bytes: bytesOf('x'),
    }));
    const reading = await pool.read('a.eml', mail('Many', 'Words', parts));
    expect(reading.kind === 'read' && reading.extraction.attachments).toHaveLength(100);
    expect(reading.kind === 'read' && reading.extraction.warnings[0]?.parameters['count']).toBe(20);
  });

  test('an archive of other things is kept and not opened', async () => {
    const reading = await pool.read('a.docx', zipSync({ '../../etc/passwd': bytesOf('root') }));
    expect(reading.kind).toBe('kept');
  });
});

test.each([
  ['../../etc/passwd', 'passwd'],
  ['..', 'unnamed'],
  ['C:\\Windows\\con.txt', '_con.txt'],
  ['a\u0000b\u202etxt.exe', 'abtxt.exe'],
  [`${'x'.repeat(400)}.pdf`, `${'x'.repeat(195)}….pdf`],
])('the name %j is shown as %j', (given, shown) => {
  expect(displayName(given)).toBe(shown);
});

describe('limits of the reader', () => {
  test('a document that takes too long fails alone', async () => {
    const strict = new ExtractorPool({ totalMs: 2_000, stallMs: 2_000 });
    const pages = Array.from({ length: 10_000 }, (_, page) => [`Page ${page + 1}`]);
    const slow = strict.read('long.pdf', pdf(pages));
    const next = strict.read('next.txt', bytesOf('The next file is read.'));
    expect(reasonOf(await slow)).toBe('reader-timed-out');
    expect(textOf(await next)).toBe('The next file is read.');
    strict.close();
  });

  test('a cancelled document stops, the next one is read', async () => {
    const abort = new AbortController();
    const pages = Array.from({ length: 10_000 }, (_, page) => [`Page ${page + 1}`]);
    const slow = pool.read('long.pdf', pdf(pages), { signal: abort.signal, onProgress: () => abort.abort() });
    const next = pool.read('next.txt', bytesOf('The next file is read.'));
    expect(reasonOf(await slow)).toBe('cancelled');
    expect(textOf(await next)).toBe('The next file is read.');
  });

  test('a document that needs too much memory fails alone', async () => {
    const small = new ExtractorPool({ residentMegabytes: 60 });
    expect(reasonOf(await small.read('a.pdf', pdf(Array.from({ length: 5000 }, () => ['words']))))).toBe(
      'reader-out-of-memory',
    );
    small.close();
  });
});

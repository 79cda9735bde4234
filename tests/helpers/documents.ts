import { createHash } from 'node:crypto';
import { zipSync } from 'fflate';

/** Documents made for tests, small enough to be made anew each time. */

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A PDF with one line of Helvetica for each entry of each page; an empty page has no text layer. */
export function pdf(
  pages: readonly (readonly string[])[],
  options: { readonly password?: string } = {},
): Uint8Array {
  const encryption = options.password === undefined ? null : standardEncryption(options.password);
  const objects: string[] = [];
  const kids = pages.map((_, index) => `${4 + index * 2} 0 R`).join(' ');
  objects.push('<< /Type /Catalog /Pages 2 0 R >>');
  objects.push(`<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`);
  objects.push('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>');
  for (const [index, lines] of pages.entries()) {
    const escaped = lines.map((line) => line.replace(/[\\()]/g, '\\$&'));
    const content =
      escaped.length === 0
        ? ''
        : `BT /F1 12 Tf 14 TL 72 720 Td ${escaped.map((line) => `(${line}) Tj T*`).join(' ')} ET`;
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + index * 2} 0 R >>`,
    );
    objects.push(`<< /Length ${content.length} >>\nstream\n${content}\nendstream`);
  }
  if (encryption !== null) objects.push(encryption.dictionary);
  let body = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = body.length;
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const start = body.length;
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const secured =
    encryption === null ? '' : ` /Encrypt ${objects.length} 0 R /ID [<${encryption.id}> <${encryption.id}>]`;
  body += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}`;
  body += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R${secured} >>\nstartxref\n${start}\n%%EOF\n`;
  return Uint8Array.from(Buffer.from(body, 'latin1'));
}

const padding = Buffer.from('28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A', 'hex');

/** The dictionary of the standard security handler, revision 2 (ISO 32000-1, 7.6.3): enough to ask for a password. */
function standardEncryption(password: string): { readonly dictionary: string; readonly id: string } {
  const padded = Buffer.concat([Buffer.from(password, 'latin1'), padding]).subarray(0, 32);
  const md5 = (...parts: readonly Uint8Array[]) =>
    parts.reduce((hash, part) => hash.update(part), createHash('md5')).digest();
  const owner = rc4(md5(padded).subarray(0, 5), padded);
  const id = md5(padded);
  const key = md5(padded, owner, Buffer.from([0xfc, 0xff, 0xff, 0xff]), id).subarray(0, 5);
  const user = rc4(key, padding);
  const hex = (bytes: Buffer) => `<${bytes.toString('hex')}>`;
  return {
    dictionary: `<< /Filter /Standard /V 1 /R 2 /O ${hex(owner)} /U ${hex(user)} /P -4 >>`,
    id: id.toString('hex'),
  };
}

function rc4(key: Uint8Array, data: Uint8Array): Buffer {
  const state = Array.from({ length: 256 }, (_, at) => at);
  for (let at = 0, other = 0; at < 256; at += 1) {
    other = (other + (state[at] ?? 0) + (key[at % key.length] ?? 0)) & 255;
    [state[at], state[other]] = [state[other] ?? 0, state[at] ?? 0];
  }
  let [a, b] = [0, 0];
  const mixed = data.map((byte) => {
    a = (a + 1) & 255;
    b = (b + (state[a] ?? 0)) & 255;
    [state[a], state[b]] = [state[b] ?? 0, state[a] ?? 0];
    return byte ^ (state[((state[a] ?? 0) + (state[b] ?? 0)) & 255] ?? 0);
  });
  return Buffer.from(mixed);
}

const wordNamespace = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';

/** A DOCX with these paragraphs; the first is a heading. `extra` adds or replaces parts. */
export function docx(paragraphs: readonly string[], extra: Record<string, Uint8Array> = {}): Uint8Array {
  const body = paragraphs.map((text, index) => {
    const style = index === 0 ? '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>' : '';
    return `<w:p>${style}<w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;
  });
  return zipSync({
    '[Content_Types].xml': bytesOf(
      '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
    ),
    '_rels/.rels': bytesOf(
      '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
    ),
    'word/document.xml': bytesOf(
      `<?xml version="1.0"?><w:document xmlns:w="${wordNamespace}"><w:body>${body.join('')}</w:body></w:document>`,
    ),
    'word/styles.xml': bytesOf(
      `<?xml version="1.0"?><w:styles xmlns:w="${wordNamespace}"><w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style></w:styles>`,
    ),
    'docProps/core.xml': bytesOf(
      '<?xml version="1.0"?><cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"><dc:title>A document</dc:title><dc:creator>Mira Okafor</dc:creator><dcterms:modified>2024-03-12T10:00:00Z</dcterms:modified></cp:coreProperties>',
    ),
    ...extra,
  });
}

/** A mail with attachments, base64 as mail programs write them. */
export function mail(
  subject: string,
  text: string,
  attachments: readonly { readonly name: string; readonly type: string; readonly bytes: Uint8Array }[] = [],
): Uint8Array {
  const head = [
    'From: Mira Okafor <mira@example.org>',
    'To: desk@example.org',
    `Subject: ${subject}`,
    'Date: Tue, 12 Mar 2024 10:00:00 +0100',
    'MIME-Version: 1.0',
  ];
  const parts = attachments.map(
    ({ name, type, bytes }) =>
      `--edge\r\nContent-Type: ${type}; name="${name}"\r\nContent-Disposition: attachment; filename="${name}"\r\n` +
      `Content-Transfer-Encoding: base64\r\n\r\n${Buffer.from(bytes).toString('base64')}\r\n`,
  );
  const body = `--edge\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${text}\r\n${parts.join('')}--edge--\r\n`;
  return bytesOf(
    `${[...head, 'Content-Type: multipart/mixed; boundary="edge"'].join('\r\n')}\r\n\r\n${body}`,
  );
}

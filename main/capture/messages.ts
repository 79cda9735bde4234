import type { Remark } from './extract/types.ts';

type Words = (parameters: Readonly<Record<string, string | number>>) => string;

function plural(count: string | number | undefined, one: string, many: string): string {
  return Number(count) === 1 ? `1 ${one}` : `${String(count ?? 0)} ${many}`;
}

const kinds: readonly (readonly [RegExp, string])[] = [
  [/^image\/svg/, 'an SVG drawing'],
  [/^image\//, 'a picture'],
  [/^audio\//, 'a sound recording'],
  [/^video\//, 'a video'],
  [/spreadsheet|ms-excel/, 'a spreadsheet'],
  [/presentation|ms-powerpoint/, 'a presentation'],
  [/opendocument|msword|x-cfb|rtf/, 'a document of another word processor'],
  [/epub/, 'an e-book'],
  [/zip|tar|gzip|7z|rar|x-xz|zstd/, 'an archive'],
  [/executable|elf|msdownload|mach/, 'a program'],
];

function kindOf(type: string | number | undefined): string {
  const text = String(type ?? '');
  return kinds.find(([pattern]) => pattern.test(text))?.[1] ?? 'a file of a kind that is not known here';
}

function pagesOf(parameters: Readonly<Record<string, string | number>>): string {
  return Number(parameters['count']) === 1
    ? `Page ${parameters['pages']} has`
    : `Pages ${parameters['pages']} have`;
}

/** Every sentence that capture says about an item, by code. What is so, what is safe, and the next step. */
const sentences: Readonly<Record<string, Words>> = {
  queued: () => 'Waits for its turn.',
  'waiting-for-network': () => 'Waits for the network, and is fetched once it is there.',
  reading: () => 'Is being read.',
  'reading-page': (p) => `Page ${p['done']} of ${p['total']} is being read.`,
  publishing: () => 'Is being filed.',
  added: (p) => `Added, ${plural(p['words'], 'word', 'words')}.`,
  duplicate: () => 'The same file is in this session already.',
  cancelled: () => 'Cancelled. Nothing of it was kept; retry adds it again.',
  'file-empty': () => 'The file is empty (0 bytes), so there is nothing to add.',
  'file-missing': () => 'The file is no longer where it was. Put it back and retry, or drop it again.',
  'file-not-allowed': () => 'The file may not be read by this account. Change its permissions and retry.',
  'file-unreadable': () => 'The file could not be read from the disk. Check the disk and retry.',
  'not-a-file': () => 'This is neither a file nor a folder, so there is nothing to add.',
  'file-too-large': (p) =>
    `The file has ${p['megabytes']} MB, more than can be read here; it was left where it is.`,
  'folder-empty': () => 'The folder holds no files that can be added.',
  'format-not-read': (p) => `Kept as a file: it is ${kindOf(p['type'])}, whose words cannot be read yet.`,
  'no-text-layer': () =>
    'Kept as a file: no page has a text layer, so it needs text recognition, which is not built in yet.',
  'no-words': () => 'Kept as a file: there are no words in it.',
  'document-encrypted': () =>
    'The PDF is protected by a password. Save a copy without the password and add that copy.',
  'document-damaged': () =>
    'The file is damaged or incomplete and could not be opened. Get a fresh copy and retry.',
  'document-unpacks-too-large': (p) =>
    `The file unpacks to more than ${p['megabytes']} MB, which no such document needs; it was not opened.`,
  'document-nested-too-deep': () =>
    'The file is nested more deeply than can be read safely; it was not opened.',
  'reader-timed-out': (p) =>
    `Reading was stopped after ${p['seconds']} seconds without a result. Retry, or add a smaller part.`,
  'reader-out-of-memory': () =>
    'Reading was stopped because it needed more memory than one file may take. Split the file and add its parts.',
  'reader-crashed': () =>
    'The file made the reader stop twice; nothing else was harmed. Get a fresh copy and retry.',
  'disk-full': () => 'The disk is full. What was added before is safe; free some space and retry.',
  'session-missing': () => 'The session is no longer there. Add the file to another session.',
  'publish-failed': () => 'The document was read but could not be filed. Nothing of it was kept; retry.',
  'address-invalid': () => 'This is not an http or https address.',
  'address-withheld': (p) => `The privacy settings keep this address from being fetched (${p['rule']}).`,
  'address-private': () => 'The address leads into this laptop or its local network, so it was not fetched.',
  'address-refused': (p) => `The site answered with ${p['status']}. Check the address and retry.`,
  'address-unreachable': () => 'The site could not be reached. Retry once it can.',
  'address-too-large': (p) => `The page has more than ${p['megabytes']} MB and was not fetched.`,
  'nul-replaced': (p) => `${plural(p['count'], 'NUL character was', 'NUL characters were')} replaced.`,
  'surrogates-replaced': (p) =>
    `${plural(p['count'], 'broken character was', 'broken characters were')} replaced.`,
  'text-cut': (p) => `Only the first ${p['characters']} characters were read.`,
  'pages-without-text': (p) => `${pagesOf(p)} no text layer.`,
  'pages-unreadable': (p) =>
    Number(p['count']) === 1
      ? `Page ${p['pages']} could not be read.`
      : `Pages ${p['pages']} could not be read.`,
  'pages-left-out': (p) => `The text is very long: pages ${p['from']} to ${p['to']} were left out.`,
  'page-read-whole': () => 'No article stood out on the page, so all of its text was taken.',
  'rows-uneven': (p) =>
    `${plural(p['count'], 'row has', 'rows have')} another number of cells than the first.`,
  'attachments-left-out': (p) =>
    `${plural(p['count'], 'attachment was', 'attachments were')} left out, as one mail holds more than can be added.`,
  'attachments-too-deep': () => 'Attachments of attachments of attachments were left out.',
  'same-text': (p) => `The text is the same as that of ${p['title']}, from another file.`,
  'near-duplicate': (p) => `The text is ${p['percent']} % like that of ${p['title']}.`,
};

/** The sentence of a remark. A code from a newer build is shown as it stands. */
export function sentenceOf(remark: Remark): string {
  return sentences[remark.code]?.(remark.parameters) ?? `${remark.code}.`;
}

import { analyse } from 'chardet';
import iconv from 'iconv-lite';

/** Bytes that are looked at to tell an encoding. */
const sampleBytes = 64 * 1024;

/** Share of invalid sequences up to which text counts as UTF-8 with a few broken bytes. */
const brokenUtf8Share = 0.02;

/** Share of control characters from which decoded bytes are no text. */
const controlShare = 0.02;

/**
 * The encoding of bytes that are text, by byte order mark, NUL pattern, validity as UTF-8 and letter statistics;
 * null where they are not text at all. Names are those of iconv-lite.
 */
export function detectEncoding(bytes: Uint8Array): string | null {
  const sample = bytes.subarray(0, sampleBytes);
  const marked = byteOrderMark(sample);
  if (marked !== null) return isText(decode(sample, marked)) ? marked : null;
  const wide = wideEncoding(sample);
  if (wide !== null) return isText(decode(sample, wide)) ? wide : null;
  if (isValidUtf8(sample, bytes.length > sample.length)) {
    if (!isText(Buffer.from(sample).toString('utf8'))) return null;
    return hasEscapeSequences(sample) ? 'iso-2022-jp' : 'utf8';
  }
  if (isMostlyUtf8(sample)) return isText(Buffer.from(sample).toString('utf8')) ? 'utf8' : null;
  return byStatistics(sample);
}

/** Decodes text, without its byte order mark. Unknown sequences become U+FFFD. */
export function decode(bytes: Uint8Array, encoding: string): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = encoding === 'utf8' ? buffer.toString('utf8') : iconv.decode(buffer, encoding);
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/** The encoding by the name that a document declares, or null where the name is unknown. */
export function encodingByName(name: string): string | null {
  const trimmed = name.trim().toLowerCase();
  if (/^utf-?8$/.test(trimmed)) return 'utf8';
  return iconv.encodingExists(trimmed) ? trimmed : null;
}

function byteOrderMark(bytes: Uint8Array): string | null {
  const [a, b, c, d] = bytes;
  if (a === 0xff && b === 0xfe && c === 0 && d === 0) return 'utf-32le';
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return 'utf-32be';
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf8';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  return null;
}

/** Unmarked UTF-16 and UTF-32 show as NULs that keep to some positions of each group of four bytes. */
function wideEncoding(bytes: Uint8Array): string | null {
  const groups = Math.floor(bytes.length / 4);
  if (groups < 2) return null;
  const nuls = [0, 0, 0, 0];
  for (let at = 0; at < groups * 4; at += 1) {
    if (bytes[at] === 0) nuls[at % 4] = (nuls[at % 4] ?? 0) + 1;
  }
  const often = nuls.map((count) => count > groups * 0.4);
  const never = nuls.map((count) => count <= groups * 0.05);
  if (often[0] && often[1] && never[3]) return 'utf-32be';
  if (often[2] && often[3] && never[0]) return 'utf-32le';
  if (often[0] && often[2] && never[1] && never[3]) return 'utf-16be';
  if (often[1] && often[3] && never[0] && never[2]) return 'utf-16le';
  return null;
}

/** A cut sample may end inside a character: its last bytes are then left out of the judgement. */
function isValidUtf8(bytes: Uint8Array, cut: boolean): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: cut });
    return true;
  } catch {
    return false;
  }
}

function isMostlyUtf8(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes).toString('utf8');
  let broken = 0;
  let beyondAscii = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === 0xfffd) broken += 1;
    else if (unit > 0x7f) beyondAscii += 1;
  }
  return beyondAscii > broken * 4 && broken < text.length * brokenUtf8Share;
}

/** ISO-2022-JP is seven-bit and announces its character sets by escape sequences. */
function hasEscapeSequences(bytes: Uint8Array): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return buffer.includes('\u001b$B') || buffer.includes('\u001b$@');
}

function byStatistics(bytes: Uint8Array): string | null {
  for (const match of analyse(bytes)) {
    const encoding = encodingByName(windowsName(match.name));
    if (encoding === null || encoding === 'utf8' || encoding.startsWith('utf-')) continue;
    if (isText(decode(bytes, encoding))) return encoding;
  }
  const fallback = decode(bytes, 'windows-1252');
  return isText(fallback) && /[A-Za-z]{3}/.test(fallback) ? 'windows-1252' : null;
}

/** The Windows pages are supersets of the ISO ones wherever letters stand, and what files of that family really use. */
function windowsName(name: string): string {
  const twins: Readonly<Record<string, string>> = {
    'ISO-8859-1': 'windows-1252',
    'ISO-8859-9': 'windows-1254',
    'ISO-8859-8': 'windows-1255',
    GB2312: 'GB18030',
  };
  return twins[name] ?? name;
}

/** True for text: some NULs and control characters are damage, many are another kind of file. */
function isText(text: string): boolean {
  if (text.length === 0) return true;
  let controls = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    const isControl = unit < 32 && unit !== 9 && unit !== 10 && unit !== 12 && unit !== 13 && unit !== 27;
    if (isControl || unit === 0x7f || unit === 0xfffd || (unit >= 0x80 && unit < 0xa0)) controls += 1;
  }
  return controls <= Math.max(4, text.length * controlShare);
}

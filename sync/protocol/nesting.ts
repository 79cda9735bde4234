/** What is nested deeper no schema can follow. What a table can keep ends long before (P16). */
export const mostNested = 400;

const quote = 0x22;
const escape = 0x5c;

/**
 * True where a text's brackets, those in strings aside, nest deeper than any message does. Looked at before a text is parsed: the parser
 * holds some 40 bytes for each bracket that is open, so that a few megabytes of them would take all the memory there is.
 */
export function nestsTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      at = endOfString(text, at + 1);
    } else if (code === 0x5b || code === 0x7b) {
      depth += 1;
      if (depth > mostNested) return true;
    } else if (code === 0x5d || code === 0x7d) depth -= 1;
  }
  return false;
}

/** What a text says; undefined where it is no JSON, or nests too deep to be looked at. */
export function parsedWithin(text: string): unknown {
  if (nestsTooDeep(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Where the string that began before `from` ends; the text's end where it does not. */
function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === escape) slashes += 1;
    if (slashes % 2 === 0) return end;
  }
  return text.length;
}

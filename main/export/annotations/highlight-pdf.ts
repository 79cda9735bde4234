import {
  EncryptedPDFError,
  PDFArray,
  PDFDict,
  PDFDocument,
  PDFHexString,
  PDFName,
  type PDFObject,
  type PDFPage,
  PDFRef,
  PDFString,
} from '@cantoo/pdf-lib';
import type { Rectangle } from '../../../db/catalogue/anchor.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import type { PdfMark } from './pdf-marks.ts';

/**
 * Adds marks to a PDF as annotations of ISO 32000-1, 12.5.6, which any reader shows. The file is only continued: an incremental
 * update follows its bytes, which stay as they are, so that a signature over them still holds for them. An annotation that has the
 * name of a mark is replaced. Throws `invalid-input` for files that cannot be written to.
 */
export async function highlightPdf(bytes: Uint8Array, marks: readonly PdfMark[]): Promise<Uint8Array> {
  const document = await open(bytes);
  if (marks.length === 0) return bytes;
  try {
    const { context } = document;
    const snapshot = context.snapshot ?? document.takeSnapshot();
    // Watching for changes looks through the whole file at each of them. What changes here is known: the pages with marks.
    delete context.snapshot;
    const pages = document.getPages();
    const written = new Set(marks.map(({ name }) => markOf(name)));
    const ofPages = Map.groupBy(marks, ({ page }) => page);
    for (const [index, page] of pages.entries()) {
      if (setMarks(document, page, ofPages.get(index + 1) ?? [], written)) snapshot.markRefForSave(page.ref);
    }
    const marked = Buffer.concat([bytes, await document.saveIncremental(snapshot)]);
    await verify(marked, marks.filter(({ page }) => page <= pages.length).length, written);
    return marked;
  } catch (error) {
    throw unreadable(error);
  }
}

async function open(bytes: Uint8Array): Promise<PDFDocument> {
  try {
    return await PDFDocument.load(bytes, {
      forIncrementalUpdate: true,
      updateMetadata: false,
    });
  } catch (error) {
    if (error instanceof EncryptedPDFError || namesEncryption(bytes)) {
      throw new WorkbenchError(
        'invalid-input',
        'This PDF is encrypted, so nothing can be written into it. Export the marks as Markdown or JSON-LD.',
      );
    }
    throw unreadable(error);
  }
}

/** An encrypted file may fail before its encryption is looked at, because its object streams are no streams without the key. */
function namesEncryption(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('/Encrypt');
}

function unreadable(cause: unknown): WorkbenchError {
  return new WorkbenchError(
    'invalid-input',
    'This PDF is damaged or of an unusual build, so nothing could be written into it. Export the marks as Markdown or JSON-LD.',
    {},
    cause,
  );
}

/** The address of the mark that an annotation's name spells; the page follows it. */
function markOf(name: string): string {
  return name.split('#')[0] ?? name;
}

/** Whether an annotation of a page, given directly or by reference, has the name of one of these marks. */
function isOfMarks(page: PDFPage, each: PDFObject, marks: ReadonlySet<string>): boolean {
  const annotation = each instanceof PDFRef ? page.doc.context.lookup(each) : each;
  const name = annotation instanceof PDFDict ? annotation.get(PDFName.of('NM')) : undefined;
  return (name instanceof PDFString || name instanceof PDFHexString) && marks.has(markOf(name.decodeText()));
}

/** Puts marks on a page in place of those that these marks had on it before. False where the page stays as it is. */
function setMarks(
  document: PDFDocument,
  page: PDFPage,
  marks: readonly PdfMark[],
  written: ReadonlySet<string>,
): boolean {
  const before = page.node.Annots()?.asArray() ?? [];
  const kept = before.filter((each) => !isOfMarks(page, each, written));
  if (kept.length === before.length && marks.length === 0) return false;
  const annotations = PDFArray.withContext(document.context);
  for (const each of kept) annotations.push(each);
  for (const mark of marks) annotations.push(addMark(document, page, mark));
  page.node.set(PDFName.of('Annots'), annotations);
  return true;
}

/** Reads the file again: of one that was already broken, what was added might be found by no reader. */
async function verify(bytes: Uint8Array, expected: number, marks: ReadonlySet<string>): Promise<void> {
  const document = await PDFDocument.load(bytes, { updateMetadata: false });
  const found = document.getPages().flatMap((page) => {
    const annotations = page.node.Annots()?.asArray() ?? [];
    return annotations.filter((each) => isOfMarks(page, each, marks));
  });
  if (found.length !== expected) throw new Error(`${found.length} of ${expected} marks were found again`);
}

function addMark(document: PDFDocument, page: PDFPage, mark: PdfMark): PDFRef {
  const { context } = document;
  const quads = mark.rectangles.map((rectangle) => quadOf(page, rectangle));
  const box = boxOf(quads);
  const isHighlight = mark.subtype === 'Highlight';
  const appearance = context.stream(drawing(mark, quads), {
    Type: 'XObject',
    Subtype: 'Form',
    BBox: box,
    Resources: { ExtGState: { Mark: { Type: 'ExtGState', BM: 'Multiply' } } },
  });
  const annotation = context.obj({
    Type: 'Annot',
    Subtype: mark.subtype,
    Rect: box,
    // Upper left, upper right, lower left, lower right: the order that readers have settled on.
    ...(isHighlight ? { QuadPoints: quads.flat() } : { BS: { W: 2 } }),
    C: [...mark.colour],
    F: 4,
    NM: PDFString.of(mark.name),
    Contents: PDFHexString.fromText(mark.contents),
    T: PDFHexString.fromText(mark.author),
    M: PDFString.fromDate(new Date(mark.at)),
    CreationDate: PDFString.fromDate(new Date(mark.at)),
    AP: { N: context.register(appearance) },
  });
  return context.register(annotation);
}

/** What the mark looks like where a reader draws nothing by itself: each rectangle in its colour, words showing through. */
function drawing({ colour, subtype }: PdfMark, quads: readonly (readonly number[])[]): string {
  const operands = colour.join(' ');
  const rectangles = quads.map((quad) => {
    const [x, y, right, top] = boxOf([quad]);
    return `${x} ${y} ${right - x} ${top - y} re`;
  });
  return subtype === 'Highlight'
    ? `/Mark gs ${operands} rg ${rectangles.join(' ')} f`
    : `${operands} RG 2 w ${rectangles.join(' ')} S`;
}

/** The corners of a rectangle of the shown page in the page's own space: upper left, upper right, lower left, lower right. */
export function quadOf(
  page: Pick<PDFPage, 'getCropBox' | 'getMediaBox' | 'getRotation'>,
  { x, y, width, height }: Rectangle,
): number[] {
  const point = pointOn(page);
  return [
    ...point(x, y),
    ...point(x + width, y),
    ...point(x, y + height),
    ...point(x + width, y + height),
  ].map((value) => Math.round(value * 100) / 100);
}

/** From shares of the page as it is shown, turned and cut, to points of its own space (ISO 32000-1, 8.3.2 and 14.11.2). */
function pointOn(page: Pick<PDFPage, 'getCropBox' | 'getMediaBox' | 'getRotation'>) {
  const media = page.getMediaBox();
  const crop = page.getCropBox();
  const left = Math.max(media.x, crop.x);
  const bottom = Math.max(media.y, crop.y);
  const right = Math.min(media.x + media.width, crop.x + crop.width);
  const top = Math.min(media.y + media.height, crop.y + crop.height);
  const [width, height] = [right - left, top - bottom];
  const turn = (((page.getRotation().angle % 360) + 360) % 360) as 0 | 90 | 180 | 270;
  return (x: number, y: number): [number, number] => {
    switch (turn) {
      case 90:
        return [left + y * width, bottom + x * height];
      case 180:
        return [right - x * width, bottom + y * height];
      case 270:
        return [right - y * width, top - x * height];
      default:
        return [left + x * width, top - y * height];
    }
  };
}

/** The smallest upright rectangle around some corners: left, bottom, right, top. */
function boxOf(quads: readonly (readonly number[])[]): [number, number, number, number] {
  const xs = quads.flatMap((quad) => quad.filter((_value, index) => index % 2 === 0));
  const ys = quads.flatMap((quad) => quad.filter((_value, index) => index % 2 === 1));
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

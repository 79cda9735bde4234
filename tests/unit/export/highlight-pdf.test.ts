import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PDFDocument, PDFHexString, PDFName, PDFString } from '@cantoo/pdf-lib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { highlightPdf } from '../../../main/export/annotations/highlight-pdf.ts';
import type { PdfMark } from '../../../main/export/annotations/pdf-marks.ts';
import { makePdf, readPdf } from '../../helpers/pdf.ts';

const sample = new Uint8Array(
  readFileSync(join(import.meta.dirname, '../../../main/sample/documents/filing-meridian.pdf')),
);

function mark(values: Partial<PdfMark> = {}): PdfMark {
  return {
    name: 'stratmaster://annotation/a#1',
    subtype: 'Highlight',
    page: 1,
    rectangles: [{ x: 0.1, y: 0.2, width: 0.5, height: 0.02 }],
    colour: [1, 0.85, 0.45],
    contents: 'Is this “true”? 漢',
    author: 'Ada',
    at: '2026-01-02T03:04:05.000Z',
    ...values,
  };
}

describe('marks in a PDF', () => {
  test('are annotations that another reader finds, and the bytes of the file stay as they are', async () => {
    const two = [
      { x: 0.1, y: 0.2, width: 0.5, height: 0.02 },
      { x: 0.1, y: 0.23, width: 0.2, height: 0.02 },
    ];
    const marked = await highlightPdf(sample, [mark({ rectangles: two })]);
    expect(Buffer.from(marked.subarray(0, sample.length)).equals(Buffer.from(sample))).toBe(true);
    const [page] = await readPdf(marked);
    expect(page?.text).toBe((await readPdf(sample))[0]?.text);
    expect(page?.annotations).toHaveLength(1);
    expect(page?.annotations[0]).toMatchObject({
      subtype: 'Highlight',
      contents: 'Is this “true”? 漢',
      author: 'Ada',
      colour: [255, 217, 115],
    });
    expect(page?.annotations[0]?.quads).toHaveLength(16);
  });

  test.each([0, 90, 180, 270])('lie on the words where the page is turned by %i degrees', async (turn) => {
    const file = await makePdf(['Membranes last a season.'], turn);
    // The line stands at 72, 700 of its own page of 595 by 842 points; these are its shares of the page as it is shown.
    const [left, top, right, bottom] = [72 / 595, (842 - 712) / 842, 220 / 595, (842 - 697) / 842];
    const shown = {
      0: { x: left, y: top, width: right - left, height: bottom - top },
      90: { x: 1 - bottom, y: left, width: bottom - top, height: right - left },
      180: { x: 1 - right, y: 1 - bottom, width: right - left, height: bottom - top },
      270: { x: top, y: 1 - right, width: bottom - top, height: right - left },
    }[turn];
    if (shown === undefined) throw new Error('no such turn');
    const [page] = await readPdf(await highlightPdf(file, [mark({ rectangles: [shown] })]));
    const rect = page?.annotations[0]?.rect ?? [];
    for (const [index, value] of [72, 697, 220, 712].entries()) expect(rect[index]).toBeCloseTo(value, 1);
  });

  test('never double: what was written before is replaced, on whatever page it stands', async () => {
    const file = await makePdf(['One.', 'Two.']);
    const first = await highlightPdf(file, [
      mark({ contents: 'old' }),
      mark({ name: 'stratmaster://annotation/b#2', page: 2 }),
    ]);
    const moved = mark({ name: 'stratmaster://annotation/a#2', page: 2, contents: 'new' });
    const again = await highlightPdf(first, [moved]);
    const pages = await readPdf(again);
    expect(pages.map(({ annotations }) => annotations.map(({ contents }) => contents))).toEqual([
      [],
      ['Is this “true”? 漢', 'new'],
    ]);
    const twice = await readPdf(await highlightPdf(again, [moved]));
    expect(twice[1]?.annotations).toHaveLength(2);
  });

  test('stand beside annotations of others, which stay', async () => {
    const document = await PDFDocument.load(await makePdf(['One.']));
    const own = document.context.obj({
      Type: 'Annot',
      Subtype: 'Text',
      Rect: [10, 10, 30, 30],
      NM: PDFString.of('another program'),
      Contents: PDFHexString.fromText('Theirs'),
    });
    const page = document.getPage(0);
    page.node.set(PDFName.of('Annots'), document.context.register(document.context.obj([own])));
    const [read] = await readPdf(await highlightPdf(await document.save(), [mark()]));
    expect(read?.annotations.map(({ contents }) => contents)).toEqual(['Theirs', 'Is this “true”? 漢']);
  });

  test('a region is drawn as a square', async () => {
    const [page] = await readPdf(await highlightPdf(sample, [mark({ subtype: 'Square' })]));
    expect(page?.annotations[0]?.subtype).toBe('Square');
  });

  test('a page that the file does not have is passed over; no mark leaves the file as it is', async () => {
    const pages = await readPdf(await highlightPdf(sample, [mark({ page: 99 })]));
    expect(pages.flatMap(({ annotations }) => annotations)).toEqual([]);
    expect(await highlightPdf(sample, [])).toEqual(sample);
  });
});

describe('a PDF that cannot be written to is refused with a sentence', () => {
  test('an encrypted one', async () => {
    const document = await PDFDocument.load(await makePdf(['Secret.']));
    document.encrypt({ userPassword: 'a', ownerPassword: 'b' });
    const failed = highlightPdf(await document.save(), [mark()]);
    await expect(failed).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(failed).rejects.toThrow('encrypted');
  });

  test('one that is no PDF, or is cut anywhere: an answer or a refusal, never anything else', async () => {
    await expect(highlightPdf(new TextEncoder().encode('<html>'), [mark()])).rejects.toThrow('damaged');
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: sample.length }), async (length) => {
        const outcome = await highlightPdf(sample.slice(0, length), [mark()]).catch(
          (error: unknown) => error,
        );
        if (outcome instanceof Uint8Array) return;
        expect(outcome).toMatchObject({ code: 'invalid-input' });
      }),
      { seed: 4, numRuns: 60 },
    );
  });
});

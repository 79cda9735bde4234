import type { PDFDocumentProxy } from 'pdfjs-dist';
import { TextLayer } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { useEffect, useRef } from 'react';

/** A part of a page, in points from its top left. */
export interface Rectangle {
  readonly page: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

async function draw(
  pdf: PDFDocumentProxy,
  number: number,
  scale: number,
  canvas: HTMLCanvasElement,
  words: HTMLElement,
  gone: () => boolean,
): Promise<void> {
  const page = await pdf.getPage(number);
  if (gone()) return;
  const viewport = page.getViewport({ scale });
  const sharp = window.devicePixelRatio;
  canvas.width = Math.floor(viewport.width * sharp);
  canvas.height = Math.floor(viewport.height * sharp);
  canvas.style.width = `${viewport.width}px`;
  canvas.style.height = `${viewport.height}px`;
  words.replaceChildren();
  words.style.setProperty('--total-scale-factor', String(scale));
  await page.render({ canvas, viewport, transform: [sharp, 0, 0, sharp, 0, 0] }).promise;
  if (gone()) return;
  await new TextLayer({ textContentSource: page.streamTextContent(), container: words, viewport }).render();
}

/** One page: its picture, its words above it for selection, and the passage that was asked for. */
export function PdfPage({
  pdf,
  number,
  scale,
  rectangles,
}: {
  pdf: PDFDocumentProxy;
  number: number;
  scale: number;
  rectangles: readonly Rectangle[];
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const words = useRef<HTMLDivElement>(null);
  const first = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let gone = false;
    if (canvas.current !== null && words.current !== null) {
      void draw(pdf, number, scale, canvas.current, words.current, () => gone).catch(() => undefined);
    }
    return () => {
      gone = true;
    };
  }, [pdf, number, scale]);
  useEffect(() => {
    first.current?.scrollIntoView({ block: 'center' });
  }, [rectangles.length, number]);
  return (
    <div className="pdf-page">
      <canvas ref={canvas} aria-hidden />
      <div ref={words} className="textLayer" />
      {rectangles.map((each, at) => (
        <div
          key={`${each.x}:${each.y}`}
          ref={at === 0 ? first : undefined}
          className="flash-box"
          style={{
            left: each.x * scale,
            top: each.y * scale,
            width: each.width * scale,
            height: each.height * scale,
          }}
        />
      ))}
    </div>
  );
}

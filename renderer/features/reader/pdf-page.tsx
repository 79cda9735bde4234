import type { PDFDocumentProxy } from 'pdfjs-dist';
import { TextLayer } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { useEffect, useRef, useState } from 'react';
import type { Mark } from '../../../preload/contract/argument.ts';

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

/** Whether an element is in view, or near enough to be needed soon. */
function useNear(element: React.RefObject<HTMLElement | null>): boolean {
  const [near, setNear] = useState(false);
  useEffect(() => {
    if (element.current === null) return undefined;
    const watcher = new IntersectionObserver(([entry]) => setNear(entry?.isIntersecting ?? false), {
      rootMargin: '800px 0px',
    });
    watcher.observe(element.current);
    return () => watcher.disconnect();
  }, [element]);
  return near;
}

/** One page: its picture, its words above it for selection, its marks, and the passage that was asked for. */
export function PdfPage({
  pdf,
  number,
  scale,
  size,
  flash,
  marks,
}: {
  pdf: PDFDocumentProxy;
  number: number;
  scale: number;
  size: { readonly width: number; readonly height: number };
  flash: readonly Rectangle[];
  marks: readonly Mark[];
}) {
  const sheet = useRef<HTMLDivElement>(null);
  const near = useNear(sheet);
  const [width, height] = [size.width * scale, size.height * scale];
  return (
    <div ref={sheet} className="pdf-page" data-page={number} style={{ minWidth: width, minHeight: height }}>
      {near ? <DrawnPage pdf={pdf} number={number} scale={scale} /> : null}
      {marks.flatMap((mark) =>
        mark.regions
          .filter((region) => region.page === number)
          .flatMap(({ rectangles }) =>
            rectangles.map((each) => (
              <div
                key={`${mark.id} ${each.x} ${each.y}`}
                className={`mark-box mark-${mark.colour}`}
                style={{
                  left: each.x * width,
                  top: each.y * height,
                  width: each.width * width,
                  height: each.height * height,
                }}
              />
            )),
          ),
      )}
      {flash.map((each) => (
        <div
          key={`${each.x}:${each.y}`}
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

function DrawnPage({ pdf, number, scale }: { pdf: PDFDocumentProxy; number: number; scale: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const words = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let gone = false;
    if (canvas.current !== null && words.current !== null) {
      void draw(pdf, number, scale, canvas.current, words.current, () => gone).catch(() => undefined);
    }
    return () => {
      gone = true;
    };
  }, [pdf, number, scale]);
  return (
    <>
      <canvas ref={canvas} aria-hidden />
      <div ref={words} className="textLayer" />
    </>
  );
}

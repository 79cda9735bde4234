import type { PDFDocumentProxy } from 'pdfjs-dist';
import { TextLayer } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { memo, type ReactNode, useEffect, useRef, useState } from 'react';
import type { Mark } from '../../../preload/contract/argument.ts';

/** A part of a page, in points from its top left. */
export interface Rectangle {
  readonly page: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Size of a page in points. */
export interface PageSize {
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
): Promise<PageSize | null> {
  const page = await pdf.getPage(number);
  if (gone()) return null;
  const viewport = page.getViewport({ scale });
  const sharp = window.devicePixelRatio;
  canvas.width = Math.floor(viewport.width * sharp);
  canvas.height = Math.floor(viewport.height * sharp);
  canvas.style.width = `${viewport.width}px`;
  canvas.style.height = `${viewport.height}px`;
  words.replaceChildren();
  words.style.setProperty('--total-scale-factor', String(scale));
  await page.render({ canvas, viewport, transform: [sharp, 0, 0, sharp, 0, 0] }).promise;
  if (gone()) return null;
  await new TextLayer({ textContentSource: page.streamTextContent(), container: words, viewport }).render();
  const { width, height } = page.getViewport({ scale: 1 });
  return { width, height };
}

/** One rectangle of a mark, as fractions of its page. */
export interface PageMark {
  readonly key: string;
  readonly colour: string;
  readonly rectangle: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  };
}

/** Marks by the page that they stand on. */
export function marksByPage(marks: readonly Mark[]): ReadonlyMap<number, readonly PageMark[]> {
  const found = marks.flatMap((mark) =>
    mark.regions.flatMap(({ page, rectangles }) =>
      rectangles.map((rectangle, at) => ({ page, key: `${mark.id} ${at}`, colour: mark.colour, rectangle })),
    ),
  );
  const pages = new Map<number, PageMark[]>();
  for (const { page, ...mark } of found) pages.set(page, [...(pages.get(page) ?? []), mark]);
  return pages;
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
export const PdfPage = memo(function PdfPage({
  pdf,
  number,
  scale,
  size,
  draws,
  flash,
  marks,
  tool,
}: {
  pdf: PDFDocumentProxy;
  number: number;
  scale: number;
  size: PageSize;
  draws: boolean;
  flash: readonly Rectangle[];
  marks: readonly PageMark[];
  /** What lies over the page while something is chosen on it. */
  tool: ReactNode;
}) {
  const sheet = useRef<HTMLDivElement>(null);
  const near = useNear(sheet);
  const [own, setOwn] = useState(size);
  const [width, height] = [own.width * scale, own.height * scale];
  return (
    <div ref={sheet} className="pdf-page" data-page={number} style={{ width, height }}>
      {near && draws ? <DrawnPage pdf={pdf} number={number} scale={scale} onSize={setOwn} /> : null}
      {marks.map(({ key, colour, rectangle }) => (
        <div
          key={key}
          className={`mark-box mark-${colour}`}
          style={{
            // Shares of this page, whose size may differ from the first page's.
            left: `${rectangle.x * 100}%`,
            top: `${rectangle.y * 100}%`,
            width: `${rectangle.width * 100}%`,
            height: `${rectangle.height * 100}%`,
          }}
        />
      ))}
      {tool}
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
});

function DrawnPage({
  pdf,
  number,
  scale,
  onSize,
}: {
  pdf: PDFDocumentProxy;
  number: number;
  scale: number;
  onSize: (size: PageSize) => void;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const words = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let gone = false;
    if (canvas.current !== null && words.current !== null) {
      void draw(pdf, number, scale, canvas.current, words.current, () => gone).then(
        (size) => (size === null || gone ? undefined : onSize(size)),
        () => undefined,
      );
    }
    return () => {
      gone = true;
    };
  }, [pdf, number, scale, onSize]);
  return (
    <>
      <canvas ref={canvas} aria-hidden />
      <div ref={words} className="textLayer" />
    </>
  );
}

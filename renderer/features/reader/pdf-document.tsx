import { ChevronDown, ChevronUp, Minus, Plus, SquareDashedMousePointer } from 'lucide-react';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Mark } from '../../../preload/contract/argument.ts';
import { sayFailure } from '../../app/attempt.ts';
import { useClient } from '../../data/query.ts';
import { markWords } from '../../messages/reader.ts';
import { readerWords } from '../../messages/screens.ts';
import { ToggleTool, Tool } from '../../ui/button.tsx';
import { ErrorNotice, Waiting } from '../../ui/states.tsx';
import { marksByPage, type PageSize, PdfPage, type Rectangle } from './pdf-page.tsx';
import type { Markable } from './mark-bar.tsx';
import { RegionTool } from './region-tool.tsx';
import { usePdf } from './pdf-source.ts';
import type { Passage } from './passage.ts';
import { TextDocument } from './text-document.tsx';

const scales = [0.5, 0.625, 0.75, 0.875, 1, 1.125, 1.25, 1.5, 2, 3, 4];
/** Left and right of a page on its desk, in pixels. */
const deskMargin = 24;

/** The same empty list for every page without marks, so that such a page is not drawn again. */
const none: readonly never[] = [];

/** A PDF as pages one below the other, of which those in view are drawn; marks and the passage stand on them. */
export default function PdfDocument({
  artifactId,
  extractionId,
  passage,
  marks,
  evidenceId,
  page: asked,
  onRegion,
}: {
  artifactId: string;
  evidenceId: string;
  /** A page to show, where the address or the outline names one. */
  page: { readonly number: number } | null;
  onRegion: (region: Markable) => void;
  /** Null where no text could be read: the pages are shown all the same. */
  extractionId: string | null;
  passage: Passage | null;
  marks: readonly Mark[];
}) {
  const client = useClient();
  const { pdf, failed } = usePdf(artifactId);
  const [size, setSize] = useState<PageSize>();
  const [page, setPage] = useState(1);
  const [scale, setScale] = useState(1.25);
  const [isFitted, setFitted] = useState(false);
  const [flash, setFlash] = useState<readonly Rectangle[]>([]);
  const [answered, setAnswered] = useState(false);
  const [marksRegion, setMarksRegion] = useState(false);
  const desk = useRef<HTMLDivElement>(null);
  const { start, end } = passage ?? {};
  useEffect(() => {
    if (start === undefined || end === undefined) return;
    if (extractionId === null) return;
    client.documents
      .passage({ extractionId, start, end })
      .then((answer) => setFlash(answer.rectangles), sayFailure)
      .finally(() => setAnswered(true));
  }, [client, extractionId, start, end]);
  useEffect(() => {
    void pdf?.getPage(1).then((first) => {
      const { width, height } = first.getViewport({ scale: 1 });
      setSize({ width, height });
    });
  }, [pdf]);
  const placed = useMemo(() => marksByPage(marks), [marks]);
  const flashed = useMemo(() => {
    const pages = new Map<number, Rectangle[]>();
    for (const each of flash) pages.set(each.page, [...(pages.get(each.page) ?? []), each]);
    return pages;
  }, [flash]);
  // Pages wait for the place that is asked for: those at the start would be drawn for nothing.
  const isPlaced = passage === null || extractionId === null || answered;
  const first = flash[0];
  useEffect(() => {
    // Before the pages have their first width, a place on them is another one a moment later.
    if (!isFitted || first === undefined || size === undefined || desk.current === null) return;
    const sheet = desk.current.querySelector<HTMLElement>(`[data-page="${first.page}"]`);
    if (sheet === null) return;
    // The drawn height tells the zoom, so that a new zoom alone does not scroll back to the passage.
    const middle = first.y * (sheet.offsetHeight / size.height) - desk.current.clientHeight / 2;
    desk.current.scrollTop = Math.max(0, sheet.offsetTop + middle);
  }, [first, size, isFitted]);
  // A page that is wider than its pane is shown smaller at first, whole.
  const width = size?.width;
  useLayoutEffect(() => {
    const room = desk.current?.clientWidth;
    if (width === undefined || room === undefined) return;
    setScale((now) => scales.findLast((each) => each <= now && each * width + deskMargin <= room) ?? now);
    setFitted(true);
  }, [width]);
  useEffect(() => {
    if (asked === null || size === undefined) return;
    desk.current?.querySelector(`[data-page="${asked.number}"]`)?.scrollIntoView({ block: 'start' });
  }, [asked, size]);
  if (failed) {
    return (
      <>
        <ErrorNotice message={readerWords.failed} />
        {extractionId === null ? null : (
          <TextDocument extractionId={extractionId} passage={passage} marks={marks} />
        )}
      </>
    );
  }
  if (pdf === undefined || size === undefined) return <Waiting>{readerWords.reading}</Waiting>;
  const go = (to: number): void => {
    const number = Math.max(1, Math.min(pdf.numPages, to));
    desk.current?.querySelector(`[data-page="${number}"]`)?.scrollIntoView({ block: 'start' });
  };
  const zoom = (step: 1 | -1): void => setScale(scales[scales.indexOf(scale) + step] ?? scale);
  return (
    <>
      <div className="tools">
        <Tool icon={ChevronUp} name={readerWords.previous} keys="k" onPress={() => go(page - 1)} />
        <Tool icon={ChevronDown} name={readerWords.next} keys="j" onPress={() => go(page + 1)} />
        <span className="num" role="status">
          {readerWords.page(page, pdf.numPages)}
        </span>
        <label className="page-field">
          <input
            type="text"
            inputMode="numeric"
            placeholder={markWords.goTo}
            aria-label={markWords.goToPage}
            onKeyDown={(press) => {
              if (press.key !== 'Enter') return;
              const number = Number(press.currentTarget.value);
              if (Number.isSafeInteger(number)) go(number);
              press.currentTarget.select();
            }}
          />
        </label>
        <span className="grow" />
        <ToggleTool
          icon={SquareDashedMousePointer}
          name={markWords.region}
          on={marksRegion}
          onChange={setMarksRegion}
        />
        <Tool icon={Minus} name={readerWords.smaller} onPress={() => zoom(-1)} />
        <Tool icon={Plus} name={readerWords.larger} onPress={() => zoom(1)} />
      </div>
      <div
        ref={desk}
        className="scroll desk reader-text"
        tabIndex={0}
        role="document"
        aria-label={readerWords.document}
        onScroll={({ currentTarget }) => {
          const sheets = currentTarget.querySelectorAll<HTMLElement>('[data-page]');
          const line = currentTarget.scrollTop + currentTarget.clientHeight / 3;
          const above = [...sheets].filter((sheet) => sheet.offsetTop <= line);
          setPage(Number(above.at(-1)?.dataset['page'] ?? 1));
        }}
        onKeyDown={(press) => {
          if (press.key === 'j') go(page + 1);
          if (press.key === 'k') go(page - 1);
        }}
      >
        {Array.from({ length: pdf.numPages }, (_, at) => (
          <PdfPage
            key={at}
            pdf={pdf}
            number={at + 1}
            scale={scale}
            size={size}
            draws={isPlaced}
            flash={flashed.get(at + 1) ?? none}
            marks={placed.get(at + 1) ?? none}
            tool={
              marksRegion ? (
                <RegionTool
                  evidenceId={evidenceId}
                  page={at + 1}
                  onChosen={(region) => {
                    setMarksRegion(false);
                    onRegion(region);
                  }}
                />
              ) : null
            }
          />
        ))}
      </div>
    </>
  );
}

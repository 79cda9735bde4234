import { useEffect, useMemo, useRef } from 'react';
import type { Mark } from '../../../preload/contract/argument.ts';
import { readerWords } from '../../messages/screens.ts';
import { ErrorNotice, Waiting } from '../../ui/states.tsx';
import type { Passage } from './passage.ts';
import { useText } from './use-text.ts';

interface Paragraph {
  readonly start: number;
  readonly text: string;
}

function paragraphsOf(text: string): Paragraph[] {
  const found: Paragraph[] = [];
  for (const match of text.matchAll(/[^\n]+/g)) found.push({ start: match.index, text: match[0] });
  return found;
}

/** A piece of a paragraph with the marks that lie on it. */
interface Piece {
  readonly text: string;
  readonly colour: string | null;
  readonly isFlash: boolean;
}

/** A paragraph cut where a mark or the passage begins or ends; of several marks on a piece the last one colours it. */
function piecesOf({ start, text }: Paragraph, passage: Passage | null, marks: readonly Mark[]): Piece[] {
  const end = start + text.length;
  const here = marks.flatMap((mark) =>
    mark.start === null || mark.end === null || mark.end <= start || mark.start >= end
      ? []
      : [{ start: mark.start, end: mark.end, colour: mark.colour }],
  );
  const cuts = [start, end, ...here.flatMap((mark) => [mark.start, mark.end])];
  if (passage !== null) cuts.push(passage.start, passage.end);
  const places = [...new Set(cuts.map((cut) => Math.min(end, Math.max(start, cut))))].sort((a, b) => a - b);
  return places.slice(0, -1).map((from, at) => {
    const to = places[at + 1] ?? end;
    const covers = (each: Passage): boolean => each.start <= from && each.end >= to;
    return {
      text: text.slice(from - start, to - start),
      colour: here.findLast(covers)?.colour ?? null,
      isFlash: passage !== null && covers(passage),
    };
  });
}

function Lines({
  paragraph,
  passage,
  marks,
}: {
  paragraph: Paragraph;
  passage: Passage | null;
  marks: readonly Mark[];
}) {
  return (
    <p data-start={paragraph.start}>
      {piecesOf(paragraph, passage, marks).map((piece, at) => {
        const classes = [piece.isFlash ? 'flash' : '', piece.colour === null ? '' : `mark-${piece.colour}`];
        const name = classes.filter((each) => each !== '').join(' ');
        return name === '' ? (
          piece.text
        ) : (
          <mark key={`${paragraph.start} ${at}`} className={name}>
            {piece.text}
          </mark>
        );
      })}
    </p>
  );
}

/** A document's words in the voice of a source, scrolled to the passage, which flashes. */
export function TextDocument({
  extractionId,
  passage,
  marks,
}: {
  extractionId: string;
  passage: Passage | null;
  marks: readonly Mark[];
}) {
  const { text, failure } = useText(extractionId);
  const page = useRef<HTMLDivElement>(null);
  const paragraphs = useMemo(() => paragraphsOf(text ?? ''), [text]);
  useEffect(() => {
    page.current?.querySelector('mark.flash')?.scrollIntoView({ block: 'center' });
  }, [paragraphs, passage?.start]);
  if (failure !== undefined) return <ErrorNotice message={failure} />;
  if (text === undefined) return <Waiting>{readerWords.reading}</Waiting>;
  return (
    <div className="scroll reading reader-text" ref={page}>
      <article className="paper" aria-label={readerWords.document} tabIndex={0}>
        {paragraphs.map((paragraph) => (
          <Lines key={paragraph.start} paragraph={paragraph} passage={passage} marks={marks} />
        ))}
      </article>
    </div>
  );
}

import { useEffect, useMemo, useRef, useState } from 'react';
import { failureOf } from '../../data/failure.ts';
import { useClient } from '../../data/query.ts';
import { readerWords } from '../../messages/screens.ts';
import { ErrorNotice, Waiting } from '../../ui/states.tsx';

/** A range of the extraction's text, UTF-16 offsets. */
export interface Passage {
  readonly start: number;
  readonly end: number;
}

interface Paragraph {
  readonly start: number;
  readonly text: string;
}

function paragraphsOf(text: string): Paragraph[] {
  const found: Paragraph[] = [];
  for (const match of text.matchAll(/[^\n]+/g)) found.push({ start: match.index, text: match[0] });
  return found;
}

function Lines({ paragraph, passage }: { paragraph: Paragraph; passage: Passage | null }) {
  const { start, text } = paragraph;
  if (passage === null || passage.end <= start || passage.start >= start + text.length) return <p>{text}</p>;
  const [from, to] = [Math.max(0, passage.start - start), Math.min(text.length, passage.end - start)];
  return (
    <p>
      {text.slice(0, from)}
      <mark className="flash">{text.slice(from, to)}</mark>
      {text.slice(to)}
    </p>
  );
}

/** A document's words in the voice of a source, scrolled to the passage, which flashes. */
export function TextDocument({ extractionId, passage }: { extractionId: string; passage: Passage | null }) {
  const client = useClient();
  const [text, setText] = useState<string>();
  const [failure, setFailure] = useState<string>();
  const page = useRef<HTMLDivElement>(null);
  useEffect(() => {
    client.documents.text({ extractionId }).then(
      (answer) => setText(answer.text),
      (thrown: unknown) => setFailure(failureOf(thrown).message),
    );
  }, [client, extractionId]);
  const paragraphs = useMemo(() => paragraphsOf(text ?? ''), [text]);
  useEffect(() => {
    page.current?.querySelector('mark.flash')?.scrollIntoView({ block: 'center' });
  }, [paragraphs, passage?.start]);
  if (failure !== undefined) return <ErrorNotice message={failure} />;
  if (text === undefined) return <Waiting>{readerWords.reading}</Waiting>;
  return (
    <div className="scroll reading" ref={page}>
      <article className="paper" aria-label={readerWords.document} tabIndex={0}>
        {paragraphs.map((paragraph) => (
          <Lines key={paragraph.start} paragraph={paragraph} passage={passage} />
        ))}
      </article>
    </div>
  );
}

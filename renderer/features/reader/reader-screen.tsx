import { lazy, Suspense } from 'react';
import { queries } from '../../data/queries.ts';
import { useQuery } from '../../data/query.ts';
import { common } from '../../messages/common.ts';
import { readerWords } from '../../messages/screens.ts';
import { EmptyState, ErrorNotice, Waiting } from '../../ui/states.tsx';
import { TextDocument } from './text-document.tsx';

const PdfDocument = lazy(() => import('./pdf-document.tsx'));

function numberOf(query: URLSearchParams, name: string): number | null {
  const value = Number(query.get(name) ?? Number.NaN);
  return Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** One document, opened at a passage where the address names one. */
export default function ReaderScreen({ evidenceId, query }: { evidenceId: string; query: URLSearchParams }) {
  const { data: facts, failure } = useQuery(queries.document(evidenceId));
  if (facts === undefined) {
    return failure === undefined ? (
      <Waiting>{readerWords.reading}</Waiting>
    ) : (
      <ErrorNotice message={failure.message} />
    );
  }
  const [start, end] = [numberOf(query, 'start'), numberOf(query, 'end')];
  const passage = start === null || end === null ? null : { start, end };
  const { extractionId, artifactId } = facts;
  return (
    <main className="reader" data-pane="main" tabIndex={-1}>
      <header className="bar">
        <h1 className="grow cut">{facts.title}</h1>
        <span className="dim">{common.types[facts.type] ?? facts.type}</span>
        <span className="ref">{facts.label}</span>
      </header>
      {extractionId === null ? (
        <EmptyState title={readerWords.noText} />
      ) : facts.type === 'pdf' && artifactId !== null ? (
        <Suspense fallback={<Waiting>{readerWords.reading}</Waiting>}>
          <PdfDocument artifactId={artifactId} extractionId={extractionId} passage={passage} />
        </Suspense>
      ) : (
        <TextDocument extractionId={extractionId} passage={passage} />
      )}
    </main>
  );
}

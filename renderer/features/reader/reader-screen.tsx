import { Download, RefreshCw } from 'lucide-react';
import { tinykeys } from 'tinykeys';
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import type { Mark } from '../../../preload/contract/argument.ts';
import type { HostClient } from '../../../preload/contract/contract.ts';
import { useCommands } from '../../app/commands.ts';
import { objectVerbs } from '../../app/object-verbs.ts';
import { isPaneInUse } from '../../app/location.ts';
import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { common } from '../../messages/common.ts';
import { exportWords } from '../../messages/export.ts';
import { markWords, snapshotWords } from '../../messages/reader.ts';
import { readerWords } from '../../messages/screens.ts';
import { Tool } from '../../ui/button.tsx';
import { Segments } from '../../ui/fields.tsx';
import { MoreButton } from '../../ui/more-button.tsx';
import { usePane } from '../../ui/pane.ts';
import { SplitPanes } from '../../ui/panes.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { EmptyState, ErrorNotice, Waiting } from '../../ui/states.tsx';
import { ExportMarks } from '../export/export-dialog.tsx';
import { useIsWritable } from '../../ui/writes.tsx';
import { FindBar } from './find-bar.tsx';
import { FindMarks } from './find-marks.tsx';
import { type Markable, MarkBar } from './mark-bar.tsx';
import { MarkList } from './mark-list.tsx';
import { Outline } from './outline.tsx';
import { readFileAgain } from './read-again.ts';
import { selectedInPdf, selectedInText } from './selection.ts';
import { SelectionBar } from './selection-bar.tsx';
import { SnapshotDocument } from './snapshot-document.tsx';
import { TableDocument } from './table-document.tsx';
import type { Passage } from './passage.ts';
import { TextDocument } from './text-document.tsx';
import { useFind } from './use-find.ts';

type DocumentFacts = Awaited<ReturnType<HostClient['documents']['open']>>;

const PdfDocument = lazy(() => import('./pdf-document.tsx'));

const noMarks: readonly Mark[] = [];

function numberOf(query: URLSearchParams, name: string): number | null {
  const value = Number(query.get(name) ?? Number.NaN);
  return Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** One document, opened at a passage where the address names one. */
export default function ReaderScreen({ evidenceId, query }: { evidenceId: string; query: URLSearchParams }) {
  const { data: facts, failure } = useQuery(queries.document(evidenceId));
  const marks = useQuery(queries.marks(evidenceId));
  // The text comes with its marks: they would be drawn into words that are being selected.
  if (facts === undefined || (marks.data === undefined && marks.failure === undefined)) {
    return failure === undefined ? (
      <Waiting>{readerWords.reading}</Waiting>
    ) : (
      <ErrorNotice message={failure.message} />
    );
  }
  const [start, end] = [numberOf(query, 'start'), numberOf(query, 'end')];
  const passage = start === null || end === null ? null : { start, end };
  return (
    <Document facts={facts} marks={marks.data ?? noMarks} passage={passage} page={numberOf(query, 'page')} />
  );
}

/** The document with its marks: what is selected becomes a mark or a quote, and all of them stand beside it. */
function Document({
  facts,
  marks,
  passage,
  page,
}: {
  facts: DocumentFacts;
  marks: readonly Mark[];
  passage: Passage | null;
  page: number | null;
}) {
  const client = useClient();
  const isWritable = useIsWritable();
  const { evidenceId, extractionId, artifactId, pages, sessionId } = facts;
  const { isBeside } = usePane();
  const isPdf = facts.type === 'pdf' && artifactId !== null;
  const [exporting, setExporting] = useState(false);
  useCommands([{ id: 'export-marks', title: exportWords.marksVerb, run: () => setExporting(true) }]);
  const [view, setView] = useState<'text' | 'page'>('text');
  const [asked, setAsked] = useState<{ number: number } | null>(page === null ? null : { number: page });
  const [followed, setFollowed] = useState<Passage | null>(null);
  const [region, setRegion] = useState<Markable>();
  const [side, setSide] = useState('marks');
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => setAsked(page === null ? null : { number: page }), [page]);
  useEffect(() => setFollowed(null), [passage?.start]);
  // How often the find field was asked for; 0 while it is closed. Asking again selects what is in it.
  const [findAsked, setFindAsked] = useState(0);
  const find = useFind(findAsked === 0 ? null : extractionId);
  const shown = find.matches[find.at] ?? followed ?? passage;
  useEffect(() => {
    if (extractionId === null) return undefined;
    return tinykeys(window, {
      '$mod+f': (event) => {
        if (!isPaneInUse(isBeside ? 'beside' : 'main')) return;
        event.preventDefault();
        setView('text');
        setFindAsked((asked) => asked + 1);
      },
    });
  }, [extractionId, isBeside]);
  const offsets = useCallback(
    (range: Range) =>
      isPdf && extractionId !== null
        ? selectedInPdf(client, extractionId, range, pages)
        : selectedInText(range),
    [client, extractionId, isPdf, pages],
  );
  // What was found stays in view, and the keys go on from there.
  const closeFind = (): void => {
    setFollowed(find.matches[find.at] ?? null);
    setFindAsked(0);
    body.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
  };
  const main = (
    <div className="reader">
      <header className="bar">
        <h1 className="grow cut" dir="auto">
          {facts.title}
        </h1>
        {facts.hasSnapshot && extractionId !== null ? (
          <Segments
            label={snapshotWords.view}
            choices={snapshotWords.views}
            value={view}
            onChange={setView}
          />
        ) : null}
        <Tool icon={Download} name={exportWords.marksVerb} onPress={() => setExporting(true)} />
        <span className="dim">{common.types[facts.type] ?? facts.type}</span>
        <span className="ref">{facts.label}</span>
        <MoreButton
          label={markWords.documentMore}
          verbs={[
            {
              id: 'read-again',
              writes: true,
              title: markWords.readAgain,
              icon: RefreshCw,
              run: () => void readFileAgain(client, evidenceId),
            },
            null,
            ...objectVerbs('evidence', evidenceId, facts.title, `read/${evidenceId}`),
          ]}
        />
      </header>
      {exporting ? (
        <ExportMarks
          evidenceId={evidenceId}
          name={facts.title}
          isPdf={isPdf}
          onClose={() => setExporting(false)}
        />
      ) : null}
      {findAsked === 0 ? null : <FindBar find={find} asked={findAsked} onClose={closeFind} />}
      <div className="reader-body" ref={body}>
        {isPdf ? (
          <Suspense fallback={<Waiting>{readerWords.reading}</Waiting>}>
            <PdfDocument
              artifactId={artifactId}
              extractionId={extractionId}
              passage={shown}
              marks={marks}
              evidenceId={evidenceId}
              page={asked}
              onRegion={setRegion}
            />
          </Suspense>
        ) : extractionId === null ? (
          <EmptyState title={readerWords.noText} />
        ) : view === 'page' && artifactId !== null ? (
          <SnapshotDocument artifactId={artifactId} />
        ) : facts.type === 'table' ? (
          <TableDocument
            evidenceId={evidenceId}
            sessionId={sessionId}
            extractionId={extractionId}
            passage={shown}
            marks={marks}
          />
        ) : (
          <TextDocument extractionId={extractionId} passage={shown} marks={marks} />
        )}
        {find.matches.length === 0 || view === 'page' ? null : (
          <FindMarks matches={find.matches} at={find.at} length={facts.length} pages={pages} />
        )}
      </div>
      {extractionId === null ? null : (
        <SelectionBar evidenceId={evidenceId} sessionId={sessionId} offsets={offsets} />
      )}
      {region === undefined || !isWritable ? null : (
        <MarkBar
          evidenceId={evidenceId}
          sessionId={sessionId}
          selected={region}
          onDone={() => setRegion(undefined)}
        />
      )}
    </div>
  );
  const list = <MarkList evidenceId={evidenceId} sessionId={sessionId} marks={marks} />;
  const follow = ({ page: number, start, title }: (typeof facts.outline)[number]): void => {
    if (isPdf && number !== null) setAsked({ number });
    else if (start !== null) setFollowed({ start, end: start + Math.max(1, title.length) });
  };
  return (
    <SplitPanes
      id="reader"
      main={main}
      side={
        facts.outline.length === 0 ? (
          list
        ) : (
          <Tabs
            label={markWords.beside}
            current={side}
            onChange={setSide}
            parts={[
              { id: 'marks', title: markWords.marks, count: String(marks.length), content: list },
              {
                id: 'outline',
                title: markWords.outline,
                content: <Outline entries={facts.outline} onChoose={follow} />,
              },
            ]}
          />
        )
      }
    />
  );
}

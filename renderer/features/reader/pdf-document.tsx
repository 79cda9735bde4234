import { ChevronDown, ChevronUp, Minus, Plus } from 'lucide-react';
import type { PDFDocumentProxy } from 'pdfjs-dist';
import { getDocument, GlobalWorkerOptions } from 'pdfjs-dist/legacy/build/pdf.mjs';
import worker from 'pdfjs-dist/legacy/build/pdf.worker.mjs?url';
import { useEffect, useState } from 'react';
import type { HostClient } from '../../../preload/contract/contract.ts';
import { useClient } from '../../data/query.ts';
import { readerWords } from '../../messages/screens.ts';
import { Tool } from '../../ui/button.tsx';
import { ErrorNotice, Waiting } from '../../ui/states.tsx';
import { PdfPage, type Rectangle } from './pdf-page.tsx';
import { type Passage, TextDocument } from './text-document.tsx';

GlobalWorkerOptions.workerSrc = worker;

const partBytes = 4 * 1024 * 1024;

async function bytesOf(client: HostClient, artifactId: string): Promise<Uint8Array> {
  const first = await client.documents.bytes({ artifactId, start: 0, end: partBytes });
  const whole = new Uint8Array(first.total);
  whole.set(new Uint8Array(await first.data.arrayBuffer()));
  for (let at = first.data.size; at < first.total; at += partBytes) {
    const part = await client.documents.bytes({
      artifactId,
      start: at,
      end: Math.min(at + partBytes, first.total),
    });
    whole.set(new Uint8Array(await part.data.arrayBuffer()), at);
  }
  return whole;
}

function usePdf(artifactId: string): { pdf: PDFDocumentProxy | undefined; failed: boolean } {
  const client = useClient();
  const [pdf, setPdf] = useState<PDFDocumentProxy>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let close: (() => void) | undefined;
    let gone = false;
    bytesOf(client, artifactId)
      // Captured files are hostile: nothing in one is evaluated, and nothing is fetched for it.
      .then(
        (data) =>
          getDocument({
            data,
            useSystemFonts: true,
            disableFontFace: false,
            enableXfa: false,
          }).promise,
      )
      .then(
        (document) => {
          close = () => void document.loadingTask.destroy();
          if (gone) close();
          else setPdf(document);
        },
        () => setFailed(true),
      );
    return () => {
      gone = true;
      close?.();
    };
  }, [client, artifactId]);
  return { pdf, failed };
}

/** A PDF, one page at a time, with the passage marked where its words stand. */
export default function PdfDocument({
  artifactId,
  extractionId,
  passage,
}: {
  artifactId: string;
  extractionId: string;
  passage: Passage | null;
}) {
  const client = useClient();
  const { pdf, failed } = usePdf(artifactId);
  const [page, setPage] = useState(1);
  const [scale, setScale] = useState(1.25);
  const [rectangles, setRectangles] = useState<readonly Rectangle[]>([]);
  const { start, end } = passage ?? {};
  useEffect(() => {
    if (start === undefined || end === undefined) return;
    void client.documents.passage({ extractionId, start, end }).then((answer) => {
      setRectangles(answer.rectangles);
      const first = answer.rectangles[0];
      if (first !== undefined) setPage(first.page);
    });
  }, [client, extractionId, start, end]);
  if (failed) {
    return (
      <>
        <ErrorNotice message={readerWords.failed} />
        <TextDocument extractionId={extractionId} passage={passage} />
      </>
    );
  }
  if (pdf === undefined) return <Waiting>{readerWords.reading}</Waiting>;
  const go = (to: number) => setPage(Math.max(1, Math.min(pdf.numPages, to)));
  return (
    <>
      <div className="tools">
        <Tool icon={ChevronUp} name={readerWords.previous} keys="k" onPress={() => go(page - 1)} />
        <Tool icon={ChevronDown} name={readerWords.next} keys="j" onPress={() => go(page + 1)} />
        <span className="num" role="status">
          {readerWords.page(page, pdf.numPages)}
        </span>
        <span className="grow" />
        <Tool icon={Minus} name={readerWords.smaller} onPress={() => setScale(Math.max(0.5, scale - 0.25))} />
        <Tool icon={Plus} name={readerWords.larger} onPress={() => setScale(Math.min(4, scale + 0.25))} />
      </div>
      <div
        className="scroll desk"
        tabIndex={0}
        role="document"
        aria-label={readerWords.document}
        onKeyDown={(press) => {
          if (press.key === 'j' || press.key === 'PageDown') go(page + 1);
          if (press.key === 'k' || press.key === 'PageUp') go(page - 1);
        }}
      >
        <PdfPage
          pdf={pdf}
          number={page}
          scale={scale}
          rectangles={rectangles.filter((each) => each.page === page)}
        />
      </div>
    </>
  );
}

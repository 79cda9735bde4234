import { Columns2 } from 'lucide-react';
import type { Hit } from '../../../preload/contract/search.ts';
import { goBeside, hitAddress } from '../../app/location.ts';
import { queries } from '../../data/queries.ts';
import { useQuery } from '../../data/query.ts';
import { previewWords } from '../../messages/search.ts';
import { searchWords } from '../../messages/screens.ts';
import { Button, Tool } from '../../ui/button.tsx';
import { Marked, Rating } from '../../ui/marks.tsx';

/** How much of the text stands around the passage, in UTF-16 units. */
const around = { before: 700, after: 1100 };

/** What is under the cursor of the results: the passage in its surroundings, and the way to it. */
export function HitPreview({
  hit,
  at,
  of,
  onOpen,
}: {
  hit: Hit;
  at: number;
  of: number;
  onOpen: (hit: Hit) => void;
}) {
  const address = hitAddress(hit);
  return (
    <div className="preview">
      <div className="bar">
        <h2 className="grow">{previewWords.title}</h2>
        <span className="dimmer num">{previewWords.place(at + 1, of)}</span>
        {address === null ? null : (
          <Tool icon={Columns2} name={previewWords.beside} onPress={() => goBeside(address)} />
        )}
      </div>
      <div className="preview-head">
        <h3>{hit.title}</h3>
        <p className="row dimmer">
          <span className="cut">{hit.source}</span>
          {hit.page === null ? null : <span className="num">{searchWords.page(hit.page)}</span>}
          <Rating reliability={hit.reliability} credibility={hit.credibility} />
        </p>
      </div>
      <div className="scroll" role="region" aria-label={previewWords.title} tabIndex={0}>
        {hit.evidenceId === null || hit.start === null || hit.end === null ? (
          <p className="preview-text">
            <Marked text={hit.snippet} marks={hit.marks} />
          </p>
        ) : (
          <Surroundings evidenceId={hit.evidenceId} start={hit.start} end={hit.end} />
        )}
      </div>
      <div className="acts preview-acts">
        <Button look="primary" keys="Enter" onPress={() => onOpen(hit)}>
          {previewWords.open}
        </Button>
      </div>
    </div>
  );
}

function Surroundings({ evidenceId, start, end }: { evidenceId: string; start: number; end: number }) {
  const extractionId = useQuery(queries.document(evidenceId)).data?.extractionId ?? null;
  return extractionId === null ? null : <PassageText {...{ extractionId, start, end }} />;
}

function PassageText({ extractionId, start, end }: { extractionId: string; start: number; end: number }) {
  const from = Math.max(0, start - around.before);
  const shown = useQuery(queries.words(extractionId, from, end + around.after)).data;
  if (shown === undefined) return null;
  const before = shown.text.slice(0, start - shown.start);
  const after = shown.text.slice(end - shown.start);
  return (
    <p className="preview-text">
      <span className="far">{shown.start > 0 ? `… ${afterFirstGap(before)}` : before}</span>
      <mark className="flash">{shown.text.slice(start - shown.start, end - shown.start)}</mark>
      <span className="far">{shown.end < shown.length ? `${beforeLastGap(after)} …` : after}</span>
    </p>
  );
}

/** Text from its first whole word on. */
function afterFirstGap(text: string): string {
  return text.slice(text.search(/\s/) + 1);
}

/** Text up to its last whole word. */
function beforeLastGap(text: string): string {
  return /^(.*)\s/su.exec(text)?.[1] ?? text;
}

import type { Mark } from '../../../preload/contract/argument.ts';
import { attempt } from '../../app/attempt.ts';
import { go, passageAddress } from '../../app/location.ts';
import { objectVerbs } from '../../app/object-verbs.ts';
import { PlaceLink } from '../../app/place-link.tsx';
import { useClient } from '../../data/query.ts';
import { carrySources } from '../../data/source-drag.ts';
import { claimWords } from '../../messages/claims.ts';
import { markWords } from '../../messages/reader.ts';
import { RemoveButton } from '../../ui/button.tsx';
import { MoreButton } from '../../ui/more-button.tsx';
import { Writes } from '../../ui/writes.tsx';
import { MarkTags } from './mark-tags.tsx';
import { NoteField } from './note-field.tsx';

/** Every mark on the document in reading order. One that lost its place stays, with its words. */
export function MarkList({
  evidenceId,
  sessionId,
  marks,
}: {
  evidenceId: string;
  sessionId: string;
  marks: readonly Mark[];
}) {
  const client = useClient();
  const orphans = marks.filter(({ state }) => state === 'orphan').length;
  const remove = async (mark: Mark): Promise<void> => {
    const entity = mark.source === 'claim' ? 'claim_evidence' : 'annotations';
    await attempt(client.edits.remove({ entity, ids: [mark.id] }));
  };
  return (
    <div className="scroll">
      <section className="section last">
        <h2 className="section-title">
          {markWords.marks} <span className="num">{marks.length}</span>
        </h2>
        {orphans === 0 ? null : <p className="note">{markWords.orphans(orphans)}</p>}
        {marks.length === 0 ? <p className="note">{markWords.none}</p> : null}
        <ul className="claim-links">
          {marks.map((mark) => (
            <li
              key={mark.id}
              className={`claim-link mark-${mark.colour}${mark.state === 'orphan' ? ' weakened' : ''}`}
              draggable={mark.start !== null && mark.end !== null}
              onDragStart={(drag) => {
                if (mark.start === null || mark.end === null) return;
                const source = { evidenceId, start: mark.start, end: mark.end };
                carrySources(drag.dataTransfer, [source], mark.quote ?? '');
              }}
            >
              <button type="button" className="claim-quote" onClick={() => go(addressOf(evidenceId, mark))}>
                {mark.quote === null ? <i>{markWords.regionOf(mark.page ?? 1)}</i> : <q>{mark.quote}</q>}
              </button>
              <span className="claim-source">
                {mark.claim === null ? (
                  <span className="cut grow">{markWords.colours[mark.colour] ?? mark.colour}</span>
                ) : (
                  <PlaceLink address={`claims/${sessionId}?claim=${mark.claim.id}`} className="link cut grow">
                    {mark.claim.text}
                  </PlaceLink>
                )}
                {mark.page === null ? null : <span className="num">{claimWords.page(mark.page)}</span>}
                <MoreButton
                  label={markWords.more}
                  verbs={objectVerbs(
                    mark.source === 'claim' ? 'quote' : 'annotation',
                    mark.id,
                    mark.label,
                    addressOf(evidenceId, mark),
                  )}
                />
                <Writes>
                  <RemoveButton name={markWords.remove} onPress={() => void remove(mark)} />
                </Writes>
              </span>
              {mark.source === 'annotation' ? (
                <>
                  <NoteField
                    entity="annotations"
                    column="body"
                    id={mark.id}
                    text={mark.body ?? ''}
                    label={markWords.comment}
                    addLabel={markWords.commentAdd}
                  />
                  <MarkTags id={mark.id} tags={mark.tags} />
                </>
              ) : null}
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

/** Where a mark stands: its passage, else the page of its region. */
function addressOf(evidenceId: string, { start, end, page }: Mark): string {
  return start === null && page !== null
    ? `read/${evidenceId}?page=${page}`
    : passageAddress(evidenceId, start, end);
}

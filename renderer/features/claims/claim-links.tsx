import { useState } from 'react';
import type { ClaimLink } from '../../../preload/contract/argument.ts';
import { go, goBeside, passageAddress } from '../../app/location.ts';
import { claimWords } from '../../messages/claims.ts';
import { markWords } from '../../messages/reader.ts';
import { RemoveButton } from '../../ui/button.tsx';
import { Glyph } from '../../ui/glyphs.tsx';
import { NoteField } from '../reader/note-field.tsx';
import { Rating } from '../../ui/marks.tsx';
import { Writes } from '../../ui/writes.tsx';

function remarkOf(link: ClaimLink, repeats: boolean): string | null {
  if (!link.present) return claimWords.missing;
  if (link.retracted) return claimWords.retracted;
  if (link.orphan) return claimWords.orphan;
  return repeats ? claimWords.repeats : null;
}

/** The quotes of a claim by stance. Each opens its passage; one that does not count says why. */
export function ClaimLinks({
  links,
  stance,
  onRemove,
}: {
  links: readonly ClaimLink[];
  stance: ClaimLink['stance'];
  onRemove: (id: string) => void;
}) {
  // A claim may have hundreds of quotes: the field stands where somebody writes, and where there is a note.
  const [noting, setNoting] = useState<string>();
  const seen = new Set<string>();
  const shown = links
    .filter((link) => link.stance === stance)
    .map((link) => {
      const key = link.origin;
      const repeats = seen.has(key) && link.present && !link.retracted;
      seen.add(key);
      return { link, remark: remarkOf(link, repeats) };
    });
  if (shown.length === 0) return null;
  return (
    <section className="section" aria-label={claimWords[stance]}>
      <h3 className="section-title">
        {claimWords[stance]} <span className="num">{shown.length}</span>
      </h3>
      <ul className="claim-links">
        {shown.map(({ link, remark }) => (
          <li key={link.id} className={`claim-link ${stance}${remark === null ? '' : ' weakened'}`}>
            <button
              type="button"
              className="claim-quote"
              onClick={(click) => {
                const isRegion = link.start === null && link.page !== null;
                const address = isRegion
                  ? `read/${link.evidenceId}?page=${link.page}`
                  : passageAddress(link.evidenceId, link.start, link.end);
                if (click.ctrlKey || click.metaKey) goBeside(address);
                else go(address);
              }}
            >
              {link.quote === null ? (
                <i>{link.page === null ? claimWords.whole : markWords.regionOf(link.page)}</i>
              ) : (
                <q>{link.quote}</q>
              )}
            </button>
            <span className="claim-source">
              <Glyph name={link.retracted ? 'retracted' : stance === 'supports' ? 'support' : 'contradict'} />
              <span className={link.retracted ? 'cut grow strike' : 'cut grow'}>{link.title}</span>
              {link.page === null ? null : <span className="num">{claimWords.page(link.page)}</span>}
              <Rating reliability={link.reliability} credibility={link.credibility} />
              <Writes>
                {link.note === null && noting !== link.id ? (
                  <button type="button" className="note-add" onClick={() => setNoting(link.id)}>
                    {claimWords.noteAdd}
                  </button>
                ) : null}
                <RemoveButton name={claimWords.removeLink} onPress={() => onRemove(link.id)} />
              </Writes>
            </span>
            {link.note === null && noting !== link.id ? null : (
              <NoteField
                entity="claim_evidence"
                column="note"
                id={link.id}
                text={link.note ?? ''}
                label={claimWords.note}
                addLabel={claimWords.noteAdd}
                startsOpen={noting === link.id}
              />
            )}
            {remark === null ? null : <p className="note">{remark}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}

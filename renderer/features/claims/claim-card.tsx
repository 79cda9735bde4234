import type { ClaimRow, Standing } from '../../../preload/contract/argument.ts';
import { claimWords } from '../../messages/claims.ts';
import { Glyph } from '../../ui/glyphs.tsx';
import { useClaimDrop } from './use-claim-drop.ts';

/** What a claim rests on, in one line: sources and origins, and what stands against it. */
export function StandingLine({ standing }: { standing: Standing }) {
  if (standing.strength === null) {
    return (
      <span className="claim-standing">
        <Glyph name="unsupported" /> {claimWords.unsupported}
      </span>
    );
  }
  return (
    <span className="claim-standing">
      <span className="plus">+{standing.sources}</span>
      {standing.contradicting > 0 ? <span className="minus">−{standing.contradicting}</span> : null}
      <span>{claimWords.sources(standing.sources, standing.origins)}</span>
      <span>{claimWords.strengths[standing.strength]}</span>
    </span>
  );
}

/** A claim on the board. */
export function ClaimCard({
  claim,
  current,
  onChoose,
}: {
  claim: ClaimRow;
  current: boolean;
  onChoose: () => void;
}) {
  const drop = useClaimDrop(claim.id);
  return (
    <button
      type="button"
      className={`claim-card${current ? ' current' : ''}${drop.stance === null ? '' : ` drop-${drop.stance}`}`}
      aria-pressed={current}
      onClick={onChoose}
      {...drop.handlers}
    >
      <span className="claim-text">{claim.text}</span>
      <span className="row">
        <span className="ref">{claim.label}</span>
        {/* Beside the label: a card that grew or shrank would slip away under the pointer. */}
        {drop.stance === null ? null : (
          <span className="claim-standing">{claimWords.dropHint[drop.stance]}</span>
        )}
        {claim.contested ? <Glyph name="contested" label={claimWords.contested} /> : null}
      </span>
      <StandingLine standing={claim.standing} />
    </button>
  );
}

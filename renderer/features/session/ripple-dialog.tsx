import { useEffect, useRef, useState } from 'react';
import type { Standing } from '../../../preload/contract/argument.ts';
import type { HostClient } from '../../../preload/contract/contract.ts';
import { failureOf } from '../../data/failure.ts';
import { useClient } from '../../data/query.ts';
import { claimWords } from '../../messages/claims.ts';
import { session } from '../../messages/session.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/fields.tsx';
import { ErrorNotice, Waiting } from '../../ui/states.tsx';

type Rippled = Awaited<ReturnType<HostClient['claims']['ripple']>>;

/** What is about to be done to evidence. */
export type Intent =
  | { readonly verb: 'trash' | 'retract'; readonly ids: readonly string[] }
  /** A letter and a digit of the Admiralty code. */
  | { readonly verb: 'rate'; readonly ids: readonly string[]; readonly rating: string };

function strengthOf({ strength, sources, origins }: Standing): string {
  return strength === null
    ? claimWords.unsupported
    : `${claimWords.strengths[strength] ?? strength}, ${claimWords.sources(sources, origins)}`;
}

/** The host looks at so many pieces of evidence at once. */
const mostAtOnce = 500;

async function askRipple(client: HostClient, intent: Intent): Promise<Rippled> {
  const evidenceIds = intent.ids.slice(0, mostAtOnce);
  if (intent.verb !== 'rate') return client.claims.ripple({ evidenceIds, change: { kind: intent.verb } });
  const [reliability = null, credibility = null] = intent.rating;
  const rippled = await client.claims.ripple({
    evidenceIds,
    change: { kind: 'rate', reliability, credibility },
  });
  // A better rating takes nothing from anybody.
  return rippled.filter(({ before, after }) => after.score < before.score);
}

function verbOf(intent: Intent): string {
  if (intent.verb === 'rate') return session.rate(intent.rating);
  return intent.verb === 'retract' ? claimWords.retract : session.toTrash;
}

/**
 * Shows, before evidence is retracted, rated down or put away, which claims lose what; going on is one step of undo. Where no claim
 * loses anything and nothing has to be asked, `onGoOn` is called at once.
 */
export function RippleDialog({
  intent,
  onGoOn,
  onClose,
}: {
  intent: Intent;
  onGoOn: (reason: string) => void;
  onClose: () => void;
}) {
  const client = useClient();
  const [rippled, setRippled] = useState<Rippled>();
  const [reason, setReason] = useState('');
  const [failure, setFailure] = useState<string>();
  useEffect(() => {
    let gone = false;
    askRipple(client, intent).then(
      (answer) => {
        if (!gone) setRippled(answer);
      },
      (thrown: unknown) => setFailure(failureOf(thrown).message),
    );
    return () => {
      gone = true;
    };
  }, [client, intent]);
  const mayAskNothing = intent.verb !== 'retract';
  const asksNothing = mayAskNothing && rippled?.length === 0;
  const went = useRef(false);
  useEffect(() => {
    if (!asksNothing || went.current) return;
    went.current = true;
    onGoOn('');
  }, [asksNothing, onGoOn]);
  if (asksNothing || (rippled === undefined && failure === undefined && mayAskNothing)) return null;
  return (
    <Dialog
      wide
      title={
        rippled === undefined || rippled.length === 0
          ? claimWords.retracting
          : claimWords.rippleTitle(rippled.length)
      }
      onClose={onClose}
      actions={
        <Button look="primary" disabled={rippled === undefined} onPress={() => onGoOn(reason)}>
          {verbOf(intent)}
        </Button>
      }
    >
      <div className="form">
        {failure === undefined ? null : <ErrorNotice message={failure} />}
        {rippled === undefined ? (
          <Waiting>{claimWords.rippleLead}</Waiting>
        ) : rippled.length === 0 ? (
          <p>{claimWords.rippleNone}</p>
        ) : (
          <>
            <p>{claimWords.rippleLead}</p>
            <ul className="ripple">
              {rippled.map((claim) => (
                <li key={claim.id}>
                  <span className="ref">{claim.label}</span> {claim.text}
                  <span className="claim-standing">
                    <span>{strengthOf(claim.before)}</span>
                    <span aria-hidden>→</span>
                    <b>{strengthOf(claim.after)}</b>
                  </span>
                </li>
              ))}
            </ul>
          </>
        )}
        {intent.verb === 'retract' ? (
          <TextField
            label={claimWords.retractReason}
            value={reason}
            onChange={setReason}
            lines={2}
            autoFocus
          />
        ) : null}
      </div>
    </Dialog>
  );
}

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
export interface Intent {
  readonly verb: 'trash' | 'retract';
  readonly ids: readonly string[];
}

function strengthOf({ strength, sources, origins }: Standing): string {
  return strength === null
    ? claimWords.unsupported
    : `${claimWords.strengths[strength] ?? strength}, ${claimWords.sources(sources, origins)}`;
}

/**
 * Shows, before evidence is retracted or put away, which claims lose what; going on is one step of undo. Where no claim rests on it
 * and nothing has to be asked, `onGoOn` is called at once.
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
  const { verb, ids } = intent;
  useEffect(() => {
    let gone = false;
    client.claims.ripple({ evidenceIds: ids.slice(0, 500), change: { kind: verb } }).then(
      (answer) => {
        if (!gone) setRippled(answer);
      },
      (thrown: unknown) => setFailure(failureOf(thrown).message),
    );
    return () => {
      gone = true;
    };
  }, [client, ids, verb]);
  const asksNothing = verb === 'trash' && rippled?.length === 0;
  const went = useRef(false);
  useEffect(() => {
    if (!asksNothing || went.current) return;
    went.current = true;
    onGoOn('');
  }, [asksNothing, onGoOn]);
  if (asksNothing || (rippled === undefined && failure === undefined && verb === 'trash')) return null;
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
          {verb === 'retract' ? claimWords.retract : session.toTrash}
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
        {verb === 'retract' ? (
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

import { useState } from 'react';
import type { ClaimSource } from '../../../preload/contract/argument.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { claimWords } from '../../messages/claims.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Segments, Select, TextField } from '../../ui/fields.tsx';
import { ErrorNotice } from '../../ui/states.tsx';
import { linkSources } from './link-sources.ts';

const stances = [
  { id: 'supports', title: claimWords.supports },
  { id: 'contradicts', title: claimWords.contradicts },
] as const;
const fresh = 'new';

/** Asks which claim a passage or some documents speak to, and how; a new claim can be written here. */
export function LinkDialog({
  title,
  sessionId,
  sources,
  onLinked,
  onClose,
}: {
  title: string;
  sessionId: string;
  sources: readonly ClaimSource[];
  onLinked?: () => void;
  onClose: () => void;
}) {
  const client = useClient();
  const claims = useQuery(queries.claims(sessionId)).data;
  const [chosen, setChosen] = useState<string>();
  const [stance, setStance] = useState<(typeof stances)[number]['id']>('supports');
  const [text, setText] = useState('');
  const { busy, error, submit } = useSubmit();
  // Nothing is offered before it is known what there is: a new claim is for where there is none.
  const claimId = chosen ?? (claims === undefined ? null : (claims[0]?.id ?? fresh));
  const newClaim = async (): Promise<string> => {
    const values = { session_id: sessionId, claim_text: text.trim() };
    return (await client.edits.add({ entity: 'research_claims', values })).id;
  };
  const link = async (): Promise<void> => {
    if (claimId === null) return;
    await linkSources(client, claimId === fresh ? await newClaim() : claimId, stance, sources);
    onLinked?.();
    onClose();
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <Button
          look="primary"
          disabled={busy || claimId === null || (claimId === fresh && text.trim() === '')}
          onPress={() => void submit(link)}
        >
          {claimWords.link}
        </Button>
      }
    >
      <div className="form">
        {error === undefined ? null : <ErrorNotice message={error} />}
        <Select
          label={claimWords.claim}
          choices={[
            ...(claims ?? []).map((claim) => ({ id: claim.id, title: claim.text })),
            { id: fresh, title: claimWords.newClaim },
          ]}
          value={claimId}
          onChange={setChosen}
        />
        {claimId === fresh ? (
          <TextField label={claimWords.newText} value={text} onChange={setText} lines={2} autoFocus />
        ) : null}
        <Segments label={claimWords.stance} choices={stances} value={stance} onChange={setStance} />
      </div>
    </Dialog>
  );
}

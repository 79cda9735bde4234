import { useState } from 'react';
import { failureOf } from '../../data/failure.ts';
import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { claimWords } from '../../messages/claims.ts';
import { markWords } from '../../messages/reader.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Segments, Select, TextField } from '../../ui/fields.tsx';
import { ErrorNotice } from '../../ui/states.tsx';
import { showToast } from '../../ui/toasts.tsx';
import type { Passage } from './text-document.tsx';

const stances = [
  { id: 'supports', title: claimWords.supports },
  { id: 'contradicts', title: claimWords.contradicts },
] as const;
const fresh = 'new';

/** Asks which claim a passage speaks to, and how; a new claim can be written here. */
export function QuoteDialog({
  evidenceId,
  sessionId,
  passage,
  onClose,
}: {
  evidenceId: string;
  sessionId: string;
  passage: Passage;
  onClose: () => void;
}) {
  const client = useClient();
  const claims = useQuery(queries.claims(sessionId)).data ?? [];
  const [chosen, setChosen] = useState<string>();
  const [stance, setStance] = useState<(typeof stances)[number]['id']>('supports');
  const [text, setText] = useState('');
  const [error, setError] = useState<string>();
  const claimId = chosen ?? claims[0]?.id ?? fresh;
  const link = async (): Promise<void> => {
    try {
      const target =
        claimId === fresh
          ? (
              await client.edits.add({
                entity: 'research_claims',
                values: { session_id: sessionId, claim_text: text.trim() },
              })
            ).id
          : claimId;
      await client.claims.link({ claimId: target, evidenceId, stance, ...passage });
      window.getSelection()?.removeAllRanges();
      showToast({ text: claimWords.linked(stance) });
      onClose();
    } catch (thrown) {
      setError(failureOf(thrown).message);
    }
  };
  return (
    <Dialog
      title={claimWords.quoteToClaim}
      onClose={onClose}
      actions={
        <Button look="primary" disabled={claimId === fresh && text.trim() === ''} onPress={() => void link()}>
          {markWords.link}
        </Button>
      }
    >
      <div className="form">
        {error === undefined ? null : <ErrorNotice message={error} />}
        <Select
          label={markWords.claim}
          choices={[
            ...claims.map(({ id, text: title }) => ({ id, title })),
            { id: fresh, title: markWords.newClaim },
          ]}
          value={claimId}
          onChange={setChosen}
        />
        {claimId === fresh ? (
          <TextField label={markWords.newText} value={text} onChange={setText} lines={2} autoFocus />
        ) : null}
        <Segments label={markWords.stance} choices={stances} value={stance} onChange={setStance} />
      </div>
    </Dialog>
  );
}

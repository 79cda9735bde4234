import { useState } from 'react';
import type { ClaimLink, ClaimRow } from '../../../preload/contract/argument.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { useClient } from '../../data/query.ts';
import { claimWords } from '../../messages/claims.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Select, TextField } from '../../ui/fields.tsx';
import { ErrorNotice } from '../../ui/states.tsx';

/** Asks for the sentences that a claim is split into, and which quote goes to which. */
export function SplitDialog({
  claim,
  links,
  onClose,
}: {
  claim: ClaimRow;
  links: readonly ClaimLink[];
  onClose: () => void;
}) {
  const client = useClient();
  const [text, setText] = useState(claim.text);
  const [goes, setGoes] = useState<Readonly<Record<string, number>>>({});
  const { busy, error, submit } = useSubmit();
  const parts = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const split = async (): Promise<void> => {
    await client.claims.split({ claimId: claim.id, parts, links: goes });
    onClose();
  };
  return (
    <Dialog
      wide
      title={claimWords.splitTitle}
      onClose={onClose}
      actions={
        <Button look="primary" disabled={busy || parts.length < 2} onPress={() => void submit(split)}>
          {claimWords.split}
        </Button>
      }
    >
      <div className="form">
        {error === undefined ? null : <ErrorNotice message={error} />}
        <TextField
          label={claimWords.claim}
          hint={claimWords.splitHint}
          value={text}
          onChange={setText}
          lines={4}
          autoFocus
        />
        {parts.length < 2
          ? null
          : links.map((link) => (
              <div key={link.id} className="split-link">
                <q className="cut grow">{link.quote ?? link.title}</q>
                <Select
                  label={link.quote ?? link.title}
                  small
                  choices={parts.map((_, at) => ({ id: String(at), title: claimWords.goesTo(at + 1) }))}
                  value={String(goes[link.id] ?? 0)}
                  onChange={(part) => setGoes({ ...goes, [link.id]: Number(part) })}
                />
              </div>
            ))}
      </div>
    </Dialog>
  );
}

/** Asks which claim this one is merged into. */
export function MergeDialog({
  claim,
  others,
  onClose,
}: {
  claim: ClaimRow;
  others: readonly ClaimRow[];
  onClose: () => void;
}) {
  const client = useClient();
  const [into, setInto] = useState(others[0]?.id ?? '');
  const { busy, error, submit } = useSubmit();
  const merge = async (): Promise<void> => {
    await client.claims.merge({ into, claimIds: [claim.id] });
    onClose();
  };
  return (
    <Dialog
      wide
      title={claimWords.mergeTitle}
      onClose={onClose}
      actions={
        <Button look="primary" disabled={busy} onPress={() => void submit(merge)}>
          {claimWords.merge}
        </Button>
      }
    >
      <div className="form">
        {error === undefined ? null : <ErrorNotice message={error} />}
        <p>{claimWords.mergeHint}</p>
        <Select
          label={claimWords.claim}
          choices={others.map(({ id, text }) => ({ id, title: text }))}
          value={into}
          onChange={setInto}
        />
      </div>
    </Dialog>
  );
}

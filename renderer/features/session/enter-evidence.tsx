import { useState } from 'react';
import { useSubmit } from '../../app/use-submit.ts';
import { Refusal } from '../../data/failure.ts';
import { useClient } from '../../data/query.ts';
import { session } from '../../messages/session.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/fields.tsx';
import { ErrorNotice } from '../../ui/states.tsx';

const isDate = /^(\d{4}(-\d\d(-\d\d)?)?)?$/;

/** Evidence that no file brings: what it is, and its words where there are any. Words are kept as a document of their own. */
export function EnterEvidence({ sessionId, onClose }: { sessionId: string; onClose: () => void }) {
  const client = useClient();
  const [facts, setFacts] = useState({ title: '', author: '', date: '', address: '', text: '' });
  const { busy, error, submit } = useSubmit();
  const set = (name: keyof typeof facts) => (value: string) => setFacts({ ...facts, [name]: value });
  async function add(): Promise<void> {
    const values = {
      title: facts.title.trim(),
      author: facts.author.trim() || null,
      publication_date: facts.date || null,
      source_url: facts.address.trim() || null,
      source_type: 'manual_entry',
    };
    if (facts.text.trim() === '') {
      await client.edits.add({ entity: 'evidence', values: { ...values, session_id: sessionId } });
    } else {
      const { jobId } = await client.capture.add({
        sessionId,
        texts: [{ title: values.title, text: facts.text }],
      });
      const { items } = await client.capture.finished({ jobId });
      // A duplicate names the evidence that has these words already: its facts are not this entry's to write.
      const ids = items.flatMap(({ state, evidenceId }) => (state === 'added' ? (evidenceId ?? []) : []));
      if (ids.length === 0) {
        throw new Refusal(
          items.some(({ state }) => state === 'duplicate') ? session.enterKnown : session.enterFailed,
        );
      }
      await client.edits.edit({ entity: 'evidence', ids, values });
    }
    onClose();
  }
  const dateError = isDate.test(facts.date) ? undefined : session.dateHint;
  return (
    <Dialog
      wide
      title={session.enterTitle}
      onClose={onClose}
      actions={
        <Button
          look="primary"
          disabled={busy || facts.title.trim() === '' || dateError !== undefined}
          onPress={() => void submit(add)}
        >
          {session.enterAdd}
        </Button>
      }
    >
      <div className="form">
        {error === undefined ? null : <ErrorNotice message={error} />}
        <TextField label={session.title} value={facts.title} onChange={set('title')} autoFocus required />
        <div className="form-row">
          <TextField label={session.author} value={facts.author} onChange={set('author')} />
          <TextField
            label={session.date}
            value={facts.date}
            onChange={set('date')}
            hint={session.dateHint}
            error={dateError}
          />
        </div>
        <TextField label={session.address} value={facts.address} onChange={set('address')} />
        <TextField
          label={session.text}
          value={facts.text}
          onChange={set('text')}
          lines={8}
          hint={session.textHint}
        />
      </div>
    </Dialog>
  );
}

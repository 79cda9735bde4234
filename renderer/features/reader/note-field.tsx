import { useState } from 'react';
import { attempt } from '../../app/attempt.ts';
import { useClient } from '../../data/query.ts';
import { useIsWritable, Writes } from '../../ui/writes.tsx';

/** A note on a row, written when the field is left. Where there is none yet, a word that opens the field. */
export function NoteField({
  entity,
  column,
  id,
  text,
  label,
  addLabel,
  startsOpen = false,
}: {
  entity: 'annotations' | 'claim_evidence';
  column: 'body' | 'note';
  id: string;
  text: string;
  label: string;
  addLabel: string;
  /** Somebody asked to write a note elsewhere. */
  startsOpen?: boolean;
}) {
  const client = useClient();
  const isWritable = useIsWritable();
  const [draft, setDraft] = useState(text);
  const [isOpen, setOpen] = useState(startsOpen || text !== '');
  const save = async (): Promise<void> => {
    if (draft === '') setOpen(false);
    if (draft === text) return;
    await attempt(client.edits.edit({ entity, ids: [id], values: { [column]: draft } }));
  };
  if (!isOpen) {
    return (
      <Writes>
        <button type="button" className="note-add" onClick={() => setOpen(true)}>
          {addLabel}
        </button>
      </Writes>
    );
  }
  return (
    <textarea
      className="comment-field"
      rows={Math.min(6, Math.max(1, draft.split('\n').length))}
      aria-label={label}
      readOnly={!isWritable}
      // It opens because somebody asked to write in it.
      autoFocus={text === ''}
      value={draft}
      onChange={(change) => setDraft(change.target.value)}
      onBlur={() => void save()}
    />
  );
}

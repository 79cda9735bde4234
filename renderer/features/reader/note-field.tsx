import { useState } from 'react';
import { attempt } from '../../app/attempt.ts';
import { useDraft } from '../../app/use-draft.ts';
import { useClient } from '../../data/query.ts';
import { common } from '../../messages/common.ts';
import { useIsWritable, Writes } from '../../ui/writes.tsx';

/** A note on a row, written when its person pauses or leaves it. Where there is none yet, a word that opens the field. */
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
  const [isAskedFor, setAskedFor] = useState(startsOpen);
  const { draft, isOvertaken, type, flush } = useDraft(text, (body) =>
    attempt(client.edits.edit({ entity, ids: [id], values: { [column]: body } })),
  );
  if (!isAskedFor && draft === '' && text === '') {
    return (
      <Writes>
        <button type="button" className="note-add" onClick={() => setAskedFor(true)}>
          {addLabel}
        </button>
      </Writes>
    );
  }
  return (
    <>
      <textarea
        className="comment-field"
        rows={Math.min(6, Math.max(1, draft.split('\n').length))}
        aria-label={label}
        readOnly={!isWritable}
        // It opens because somebody asked to write in it.
        autoFocus={text === ''}
        value={draft}
        onChange={(change) => type(change.target.value)}
        onBlur={() => {
          flush();
          if (draft === '') setAskedFor(false);
        }}
      />
      {isOvertaken ? <p className="note">{common.overtaken}</p> : null}
    </>
  );
}

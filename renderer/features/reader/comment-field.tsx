import { useState } from 'react';
import { failureOf } from '../../data/failure.ts';
import { useClient } from '../../data/query.ts';
import { markWords } from '../../messages/reader.ts';
import { showToast } from '../../ui/toasts.tsx';

/** The comment of a mark, written when the field is left. */
export function CommentField({ id, body }: { id: string; body: string }) {
  const client = useClient();
  const [draft, setDraft] = useState(body);
  const save = async (): Promise<void> => {
    if (draft === body) return;
    try {
      await client.edits.edit({ entity: 'annotations', ids: [id], values: { body: draft } });
    } catch (thrown) {
      showToast({ text: failureOf(thrown).message });
    }
  };
  return (
    <textarea
      className="comment-field"
      rows={Math.min(6, Math.max(1, draft.split('\n').length))}
      aria-label={markWords.comment}
      placeholder={markWords.commentAdd}
      value={draft}
      onChange={(change) => setDraft(change.target.value)}
      onBlur={() => void save()}
    />
  );
}

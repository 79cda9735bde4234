import { useState } from 'react';
import { attempt } from '../../app/attempt.ts';
import { useClient } from '../../data/query.ts';
import { common } from '../../messages/common.ts';
import { TagField } from '../../ui/tag-field.tsx';
import { Writes } from '../../ui/writes.tsx';

/** Tags of a mark: shown as words, and as a field once somebody wants to change them. */
export function MarkTags({ id, tags }: { id: string; tags: readonly string[] }) {
  const client = useClient();
  const [isOpen, setOpen] = useState(false);
  if (isOpen) {
    const change = (next: readonly string[]): void =>
      void attempt(client.edits.edit({ entity: 'annotations', ids: [id], values: { tags: [...next] } }));
    return <TagField label={common.tags} tags={tags} onChange={change} />;
  }
  return (
    <span className="mark-tags">
      {tags.map((tag) => (
        <span key={tag} className="tag">
          {tag}
        </span>
      ))}
      <Writes>
        <button type="button" className="note-add" onClick={() => setOpen(true)}>
          {common.addTag}
        </button>
      </Writes>
    </span>
  );
}

import { useState } from 'react';
import { useClient } from '../../data/query.ts';
import { common } from '../../messages/common.ts';
import { session } from '../../messages/session.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { TagField } from '../../ui/tag-field.tsx';
import { rateEvidence, tagEvidence } from './evidence-actions.ts';
import { RatingGrid } from './rating-grid.tsx';

/** What is asked of a selection before it is done. */
export type Asked = { readonly verb: 'tag' | 'rate'; readonly ids: readonly string[] };

/** Asks for the tag or the rating that a selection gets, and gives it in one step. */
export function SelectionDialog({ asked, onClose }: { asked: Asked; onClose: () => void }) {
  const client = useClient();
  const [added, setAdded] = useState<readonly string[]>([]);
  const { verb, ids } = asked;
  if (verb === 'rate') {
    return (
      <Dialog title={session.rateAll(ids.length)} onClose={onClose}>
        <RatingGrid
          reliability={null}
          credibility={null}
          onRate={(reliability, credibility) => {
            onClose();
            void rateEvidence(client, ids, reliability + credibility);
          }}
        />
      </Dialog>
    );
  }
  return (
    <Dialog title={session.tagAll(ids.length)} onClose={onClose}>
      <TagField
        label={common.tags}
        tags={added}
        onChange={(tags) => {
          for (const tag of tags.filter((each) => !added.includes(each))) void tagEvidence(client, ids, tag);
          setAdded(tags);
        }}
      />
    </Dialog>
  );
}

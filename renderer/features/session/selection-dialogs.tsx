import { useEffect, useEffectEvent, useState } from 'react';
import { type SharingLevel, sharingLevels } from '../../../db/catalogue/research.ts';
import { useClient } from '../../data/query.ts';
import { common } from '../../messages/common.ts';
import { session } from '../../messages/session.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Level } from '../../ui/marks.tsx';
import { TagField } from '../../ui/tag-field.tsx';
import { shareEvidence, tagEvidence } from './evidence-actions.ts';
import { RatingGrid } from './rating-grid.tsx';

/** What is asked of a selection before it is done. */
export type Asked = { readonly verb: 'tag' | 'rate' | 'share'; readonly ids: readonly string[] };

/** Asks for the tag, the rating or the sharing level that a selection gets; a tag is given at once, in one step. */
export function SelectionDialog({
  asked,
  onRate,
  onClose,
}: {
  asked: Asked;
  onRate: (ids: readonly string[], rating: string) => void;
  onClose: () => void;
}) {
  const client = useClient();
  const [added, setAdded] = useState<readonly string[]>([]);
  const { verb, ids } = asked;
  if (verb === 'rate') {
    return (
      <RateDialog
        count={ids.length}
        onClose={onClose}
        onRate={(rating) => {
          onClose();
          onRate(ids, rating);
        }}
      />
    );
  }
  if (verb === 'share') {
    return (
      <LevelDialog
        count={ids.length}
        onClose={onClose}
        onLevel={(level) => {
          onClose();
          void shareEvidence(client, ids, level);
        }}
      />
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

/** The sharing levels, from the widest; the session's own where the evidence has none. */
function LevelDialog({
  count,
  onLevel,
  onClose,
}: {
  count: number;
  onLevel: (level: SharingLevel | null) => void;
  onClose: () => void;
}) {
  return (
    <Dialog title={session.shareAll(count)} onClose={onClose}>
      <p className="note">{session.shareHint}</p>
      <div className="acts">
        {sharingLevels.map((level) => (
          <Button key={level} onPress={() => onLevel(level)}>
            <Level level={level} />
          </Button>
        ))}
        <Button look="bare" onPress={() => onLevel(null)}>
          {session.shareAsSession}
        </Button>
      </div>
    </Dialog>
  );
}

/** The grid of ratings; a letter and then a digit give one without it. */
function RateDialog({
  count,
  onRate,
  onClose,
}: {
  count: number;
  onRate: (rating: string) => void;
  onClose: () => void;
}) {
  const [letter, setLetter] = useState<string>();
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^[a-f]$/i.test(event.key)) setLetter(event.key.toUpperCase());
    else if (letter !== undefined && /^[1-6]$/.test(event.key)) onRate(letter + event.key);
  });
  useEffect(() => {
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
  return (
    <Dialog title={session.rateAll(count)} onClose={onClose}>
      <RatingGrid
        reliability={letter ?? null}
        credibility={null}
        onRate={(reliability, credibility) => onRate(reliability + credibility)}
      />
      <p className="note" role="status">
        {letter === undefined ? session.rateKeys : session.rateLetter(letter)}
      </p>
    </Dialog>
  );
}

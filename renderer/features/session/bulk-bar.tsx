import { Link, Quote, Star, Tag, Trash2, Undo2, X } from 'lucide-react';
import { claimWords } from '../../messages/claims.ts';
import { referenceWords } from '../../messages/references.ts';
import { session } from '../../messages/session.ts';
import { Button } from '../../ui/button.tsx';
import { Writes } from '../../ui/writes.tsx';
import type { EvidenceActs } from './evidence-actions.ts';

/** What can be done with all that is selected. */
export function BulkBar({
  count,
  acts,
  onClear,
}: {
  count: number;
  acts: EvidenceActs;
  onClear: () => void;
}) {
  return (
    <div className="bulk grow">
      <span className="grow">{session.selected(count)}</span>
      <Writes>
        <Button icon={Star} keys="r" onPress={acts.rate}>
          {session.rateVerb}
        </Button>
        <Button icon={Tag} keys="t" onPress={acts.tag}>
          {session.tagVerb}
        </Button>
        <Button icon={Link} onPress={acts.link}>
          {claimWords.linkVerb}
        </Button>
        <Button icon={Quote} onPress={acts.cite}>
          {referenceWords.cite}
        </Button>
        <Button icon={Undo2} onPress={acts.retract}>
          {claimWords.retract}
        </Button>
        <Button icon={Trash2} keys="Delete" onPress={acts.trash}>
          {session.toTrash}
        </Button>
      </Writes>
      <Button look="bare" icon={X} onPress={onClear}>
        {session.clear}
      </Button>
    </div>
  );
}

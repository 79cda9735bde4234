import { type DragEvent, useState } from 'react';
import type { ClaimLink } from '../../../preload/contract/argument.ts';
import { useClient } from '../../data/query.ts';
import { carriesSources, sourcesOf } from '../../data/source-drag.ts';
import { useIsWritable } from '../../ui/writes.tsx';
import { dropSources } from './link-sources.ts';

/** Alt or Shift while dropping turns support into contradiction. */
function stanceOf(drag: DragEvent): ClaimLink['stance'] {
  return drag.altKey || drag.shiftKey ? 'contradicts' : 'supports';
}

/** Takes documents and quotes that are dropped on a claim. `stance` is what a drop here and now would mean. */
export function useClaimDrop(claimId: string) {
  const client = useClient();
  const isWritable = useIsWritable();
  const [stance, setStance] = useState<ClaimLink['stance'] | null>(null);
  return {
    stance,
    handlers: {
      onDragOver: (drag: DragEvent) => {
        if (!isWritable || !carriesSources(drag.dataTransfer)) return;
        drag.preventDefault();
        drag.stopPropagation();
        drag.dataTransfer.dropEffect = 'link';
        setStance(stanceOf(drag));
      },
      onDragLeave: (drag: DragEvent) => {
        const to = drag.relatedTarget;
        if (!(to instanceof Node && drag.currentTarget.contains(to))) setStance(null);
      },
      onDrop: (drop: DragEvent) => {
        const sources = sourcesOf(drop.dataTransfer);
        setStance(null);
        if (sources.length === 0) return;
        drop.preventDefault();
        drop.stopPropagation();
        void dropSources(client, claimId, stanceOf(drop), sources);
      },
    },
  };
}

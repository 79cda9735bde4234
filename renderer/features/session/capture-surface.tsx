import type { ReactNode } from 'react';
import { attempt } from '../../app/attempt.ts';
import { carriesSources } from '../../data/source-drag.ts';
import { useEffect, useState } from 'react';
import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { app } from '../../messages/app.ts';
import { useIsWritable } from '../../ui/writes.tsx';
import { showToast } from '../../ui/toasts.tsx';
import { addItems, droppedItems, type Dropped } from './add-items.ts';

/** Adds items and says so; the table shows their progress. */
export function useAddItems(sessionId: string | null): (dropped: Dropped) => Promise<void> {
  const client = useClient();
  return async (dropped) => {
    await attempt(async () => {
      const items = await addItems(client, sessionId, dropped);
      if (items > 0) showToast({ text: app.added(items) });
    });
  };
}

/** The whole window takes files, links and text; the target names where they go. */
export function CaptureSurface({ sessionId, children }: { sessionId: string | null; children: ReactNode }) {
  const add = useAddItems(sessionId);
  const sessions = useQuery(queries.sessions).data;
  const isWritable = useIsWritable();
  const [over, setOver] = useState(0);
  const name = sessions?.find((each) => each.id === sessionId)?.title;
  useEffect(() => {
    if (!isWritable) return undefined;
    const paste = (event: ClipboardEvent) => {
      const target = event.target;
      if (
        target instanceof HTMLElement &&
        (target.isContentEditable || ['INPUT', 'TEXTAREA'].includes(target.tagName))
      )
        return;
      if (event.clipboardData !== null) void droppedItems(event.clipboardData).then(add);
    };
    window.addEventListener('paste', paste);
    return () => window.removeEventListener('paste', paste);
  });
  return (
    <div
      onDragEnter={(drag) => {
        if (isWritable && !carriesSources(drag.dataTransfer)) setOver((depth) => depth + 1);
      }}
      onDragLeave={() => setOver((depth) => Math.max(0, depth - 1))}
      onDragOver={(drag) => drag.preventDefault()}
      onDrop={(drop) => {
        drop.preventDefault();
        setOver(0);
        if (isWritable && !carriesSources(drop.dataTransfer)) void droppedItems(drop.dataTransfer).then(add);
      }}
    >
      {children}
      {over === 0 ? null : (
        <div className="drop">
          <div className="drop-box">
            <h2>{name == null ? app.dropNowhere : app.dropTitle(name)}</h2>
            <p className="drop-note">{app.dropNote}</p>
          </div>
        </div>
      )}
    </div>
  );
}

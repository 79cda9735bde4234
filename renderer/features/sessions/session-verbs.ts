import { Check, CirclePause, CirclePlay, FolderInput, PenLine, Trash2 } from 'lucide-react';
import type { HostClient } from '../../../preload/contract/contract.ts';
import type { SessionSummary } from '../../../preload/contract/data.ts';
import { attempt } from '../../app/attempt.ts';
import { go } from '../../app/location.ts';
import { objectVerbs } from '../../app/object-verbs.ts';
import { stepCommand } from '../../app/undo.ts';
import { session } from '../../messages/session.ts';
import type { Verb } from '../../ui/row-menu.tsx';
import { showToast } from '../../ui/toasts.tsx';

/** Groups of the list of sessions, in their order. */
export const standings = ['active', 'waiting', 'done'] as const;
export type Standing = (typeof standings)[number];

/** Where a session stands: being worked on, put off, or at an end. */
export function standingOf({ status }: Pick<SessionSummary, 'status'>): Standing {
  if (status === 'active' || status === null) return 'active';
  return status === 'paused' ? 'waiting' : 'done';
}

/** What a session is called in lists. */
export function sessionName({ title, question, label }: SessionSummary): string {
  return title ?? question ?? label;
}

/** The verbs of a session in the list. */
export function sessionVerbs(
  client: HostClient,
  each: SessionSummary,
  acts: { readonly edit: () => void; readonly move: () => void; readonly isOpen: boolean },
): readonly (Verb | null)[] {
  const name = sessionName(each);
  const standing = standingOf(each);
  const becomes = (status: string): void => void change(client, each.id, status);
  return [
    { id: 'edit', writes: true, title: session.edit, icon: PenLine, keys: 'F2', run: acts.edit },
    ...(standing === 'active'
      ? [
          {
            id: 'pause',
            writes: true,
            title: session.pause,
            icon: CirclePause,
            run: () => becomes('paused'),
          },
          {
            id: 'complete',
            writes: true,
            title: session.complete,
            icon: Check,
            run: () => becomes('completed'),
          },
        ]
      : [
          {
            id: 'resume',
            writes: true,
            title: session.resume,
            icon: CirclePlay,
            run: () => becomes('active'),
          },
        ]),
    { id: 'move', writes: true, title: session.moveToProject, icon: FolderInput, run: acts.move },
    null,
    ...objectVerbs('session', each.id, name, `session/${each.id}`),
    null,
    {
      id: 'trash',
      writes: true,
      title: session.toTrash,
      icon: Trash2,
      keys: 'Delete',
      run: () => void trash(client, each, acts.isOpen),
    },
  ];
}

async function change(client: HostClient, id: string, status: string): Promise<void> {
  await attempt(client.edits.edit({ entity: 'research_sessions', ids: [id], values: { status } }));
}

async function trash(client: HostClient, each: SessionSummary, isOpen: boolean): Promise<void> {
  if (!(await attempt(client.edits.remove({ entity: 'research_sessions', ids: [each.id] })))) return;
  const undo = stepCommand(client, 'undo');
  showToast({ text: session.trashedSession(sessionName(each)), verb: undo });
  if (isOpen) go('sessions');
}

import type { SyncConflict } from '../../../preload/contract/inbox.ts';
import { inboxWords } from '../../messages/inbox.ts';
import { momentText } from '../../ui/times.ts';

/** Who wrote something, and when: the person themselves is addressed. */
export function signature({ name, isMine, at }: SyncConflict['lostBy']): string {
  const who = isMine ? inboxWords.you : name;
  return [who, momentText(at)].filter(Boolean).join(', ');
}

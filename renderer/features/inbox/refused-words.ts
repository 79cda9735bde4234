import type { SyncInboxItem } from '../../../preload/contract/inbox.ts';
import { changeWords } from '../../messages/changes.ts';
import { inboxWords } from '../../messages/inbox.ts';

/** What a change that the server did not take would have done: "Added a claim". */
export function refusedWords({ command, rows }: SyncInboxItem): string {
  return command === null
    ? inboxWords.erased
    : changeWords({ command, subject: rows[0] ?? null, count: rows.length });
}

/** What it was about, by its own words where it has any. */
export function refusedSubject({ rows: [first] }: SyncInboxItem): string {
  return first === undefined ? '' : first.title || first.label;
}

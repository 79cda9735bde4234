import { BookOpen, Copy, Link, Quote, Share2, Star, Tag, Trash2, Undo2 } from 'lucide-react';
import type { SharingLevel } from '../../../db/catalogue/research.ts';
import type { HostClient } from '../../../preload/contract/contract.ts';
import type { EvidenceRow } from '../../../preload/contract/data.ts';
import { attempt } from '../../app/attempt.ts';
import { go } from '../../app/location.ts';
import { objectVerbs } from '../../app/object-verbs.ts';
import { stepCommand } from '../../app/undo.ts';
import { claimWords } from '../../messages/claims.ts';
import { common } from '../../messages/common.ts';
import { referenceWords } from '../../messages/references.ts';
import { session } from '../../messages/session.ts';
import type { Verb } from '../../ui/row-menu.tsx';
import { showToast } from '../../ui/toasts.tsx';

/** Moves evidence to the trash and offers the way back. False where it failed, which is said. */
export async function trashEvidence(client: HostClient, ids: readonly string[]): Promise<boolean> {
  if (ids.length === 0) return false;
  const done = await attempt(client.edits.remove({ entity: 'evidence', ids: [...ids] }));
  if (done) offerUndo(client, session.trashed(ids.length));
  return done;
}

/** Retracts evidence: it stays, and counts for nothing any more. One step. */
export async function retractEvidence(
  client: HostClient,
  ids: readonly string[],
  reason: string,
): Promise<void> {
  const values = { retracted_at: new Date().toISOString(), retraction_reason: reason === '' ? null : reason };
  if (await attempt(client.edits.edit({ entity: 'evidence', ids: [...ids], values })))
    offerUndo(client, claimWords.retractedToast(ids.length));
}

/** Rates evidence, all in one step. */
export async function rateEvidence(
  client: HostClient,
  ids: readonly string[],
  rating: string,
): Promise<void> {
  const [reliability = null, credibility = null] = rating;
  const values = { reliability, credibility };
  if (await attempt(client.edits.edit({ entity: 'evidence', ids: [...ids], values })))
    offerUndo(client, session.rated(ids.length, rating));
}

/** Adds a tag to evidence; tags that are there stay. */
export async function tagEvidence(client: HostClient, ids: readonly string[], tag: string): Promise<void> {
  if (await attempt(client.edits.tag({ entity: 'evidence', ids: [...ids], column: 'tags', add: [tag] })))
    offerUndo(client, session.tagged(ids.length, tag));
}

/** Gives evidence a sharing level of its own, or with null that of its session; all in one step. */
export async function shareEvidence(
  client: HostClient,
  ids: readonly string[],
  level: SharingLevel | null,
): Promise<void> {
  const values = { sharing_level: level };
  if (await attempt(client.edits.edit({ entity: 'evidence', ids: [...ids], values })))
    offerUndo(client, session.shared(ids.length, level === null ? null : (common.levels[level] ?? level)));
}

/** What can be done with evidence, a row or many. */
export interface EvidenceActs {
  readonly tag: () => void;
  readonly rate: () => void;
  readonly share: () => void;
  readonly link: () => void;
  readonly cite: () => void;
  readonly retract: () => void;
  readonly trash: () => void;
}

/** The verbs of one row, or of the selection that it belongs to. */
export function evidenceVerbs(
  row: EvidenceRow,
  selected: ReadonlySet<string>,
  acts: EvidenceActs,
): readonly (Verb | null)[] {
  const alone = selected.size < 2 || !selected.has(row.id);
  return [
    ...(alone
      ? [
          {
            id: 'open',
            title: session.open,
            icon: BookOpen,
            keys: 'Enter',
            run: () => go(`read/${row.id}`),
          },
          {
            id: 'copy',
            title: common.copyTitle,
            icon: Copy,
            run: () => void navigator.clipboard.writeText(`${row.title} (${row.label})`),
          },
          ...objectVerbs('evidence', row.id, row.title, `read/${row.id}`),
          null,
        ]
      : []),
    { id: 'rate', writes: true, title: session.rateVerb, icon: Star, keys: 'r', run: acts.rate },
    { id: 'tag', writes: true, title: session.tagVerb, icon: Tag, keys: 't', run: acts.tag },
    { id: 'share', writes: true, title: session.shareVerb, icon: Share2, keys: 's', run: acts.share },
    { id: 'link', writes: true, title: claimWords.linkVerb, icon: Link, run: acts.link },
    { id: 'cite', writes: true, title: referenceWords.cite, icon: Quote, run: acts.cite },
    { id: 'retract', writes: true, title: claimWords.retract, icon: Undo2, run: acts.retract },
    null,
    { id: 'trash', writes: true, title: session.toTrash, icon: Trash2, keys: 'Delete', run: acts.trash },
  ];
}

function offerUndo(client: HostClient, text: string): void {
  showToast({ text, verb: stepCommand(client, 'undo') });
}

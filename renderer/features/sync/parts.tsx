import type { ComponentType } from 'react';
import type { SyncStatus } from '../../../preload/contract/sync.ts';
import { accountWords } from '../../messages/account.ts';
import { peopleWords } from '../../messages/people.ts';
import { syncWords } from '../../messages/sync.ts';
import { AccountPart } from '../account/account-part.tsx';
import { PeoplePart } from '../account/people-part.tsx';
import { RecordPart } from '../account/record-part.tsx';
import { LeavingPart } from './leaving.tsx';
import { Receipts } from './receipts.tsx';
import { Sharing } from './sharing.tsx';
import { SyncState } from './sync-state.tsx';
import { TakenAlong } from './taken-along.tsx';

/** One part of the sync screen. Its id is the second word of its address: `#/sync/<id>`. */
export interface SyncPart {
  readonly id: string;
  readonly title: string;
  /** Whether it has something to say as sync stands. */
  readonly isShown: (status: SyncStatus) => boolean;
  readonly Content: ComponentType<{ status: SyncStatus }>;
}

function isSignedIn({ state }: SyncStatus): boolean {
  return state !== 'off' && state !== 'signed-out' && state !== 'retired';
}

/** Every part, in the order of its tab. The first is shown where an address names none. */
export const syncParts: readonly SyncPart[] = [
  { id: 'state', title: syncWords.parts.state, isShown: () => true, Content: SyncState },
  { id: 'taken', title: syncWords.parts.taken, isShown: isSignedIn, Content: TakenAlong },
  { id: 'leaving', title: syncWords.parts.leaving, isShown: () => true, Content: LeavingPart },
  { id: 'receipts', title: syncWords.parts.receipts, isShown: () => true, Content: Receipts },
  { id: 'sharing', title: syncWords.parts.sharing, isShown: isSignedIn, Content: Sharing },
  { id: 'people', title: peopleWords.title, isShown: isSignedIn, Content: PeoplePart },
  { id: 'account', title: accountWords.title, isShown: isSignedIn, Content: AccountPart },
  {
    id: 'record',
    title: peopleWords.record,
    isShown: (status) => isSignedIn(status) && (status.role === 'owner' || status.role === 'admin'),
    Content: RecordPart,
  },
];

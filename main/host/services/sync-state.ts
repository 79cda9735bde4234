import type { SyncStatus } from '../../../preload/contract/sync.ts';
import type { CycleEnd, CycleReport } from '../../../sync/client/cycle.ts';
import type { Pace } from '../../../sync/client/pace.ts';
import type { SyncCourse } from '../data/sync-course.ts';
import { isDiskFull } from '../rpc/failure-of.ts';

export interface Standing {
  readonly isConnected: boolean;
  readonly isSignedOut: boolean;
  readonly isRunning: boolean;
  readonly course: SyncCourse;
  /** The end of the last cycle; null before the first. */
  readonly end: CycleEnd | null;
}

/** How sync stands, in one word. What the person decided comes before what the last cycle came to. */
export function stateOf({ isConnected, isSignedOut, isRunning, course, end }: Standing): SyncStatus['state'] {
  if (!isConnected) return 'off';
  if (isSignedOut) return 'signed-out';
  if (!course.begun) return 'choosing';
  if (isRunning) return 'syncing';
  if (course.offline) return 'paused';
  switch (end) {
    case null:
    case 'done':
    case 'busy':
      return 'idle';
    case 'bad-answer':
      return 'refused';
    default:
      return end;
  }
}

const ownMessage = 'Sync came upon an error of its own. Nothing was lost; it is tried again.';
const fullMessage =
  'The disk of this laptop is full. Nothing was lost: make some room, and sync goes on where it stopped.';

/** Of a cycle that came upon an error of this laptop. */
export function ownFailure(error: unknown, pace: Pace): CycleReport {
  return {
    end: 'refused',
    again: true,
    pushed: 0,
    pulled: 0,
    repaired: 0,
    pace: { ...pace, failures: pace.failures + 1 },
    message: isDiskFull(error) ? fullMessage : ownMessage,
    retryAfter: 60,
    offset: null,
    revoked: null,
  };
}

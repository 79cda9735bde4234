import type { Id } from '../../catalogue/rows.ts';
import type { SessionId } from '../../../sync/core/stamp.ts';
import type { WritableDb } from '../sqlite/open.ts';

/** One opening of one file for writing: what every transaction is stamped and signed with. */
export interface Replica {
  readonly db: WritableDb;
  /** Id of this file; a copied or restored file gets another. */
  readonly replicaId: string;
  /** Minted at each opening. */
  readonly session: SessionId;
  /** The person whose file this is. */
  readonly author: Id;
  readonly schemaVersion: number;
  /** The computer's clock, milliseconds since 1970. */
  readonly now: () => number;
}

import type { ErrorCode } from '../../../preload/contract/errors.ts';
import type { CurrentWorkspace, ReadOnly } from '../../../preload/contract/workspaces.ts';
import type { Secret } from '../../../db/replica/keys/key-ring.ts';
import type { SessionOptions, WorkspaceSession } from './session.ts';

/** A store of the operating system that keeps one secret for each workspace of this person. */
export interface SystemSecrets {
  load(folder: string): Promise<Uint8Array | null>;
  save(folder: string, secret: Uint8Array): Promise<boolean>;
}

/** What a manager tells, and where it keeps what is the person's own. */
export interface ManagerOptions {
  readonly configFolder: string;
  readonly threads: boolean;
  readonly onChange: SessionOptions['onChange'];
  readonly onActivity: () => void;
  readonly onSync: () => void;
  /** Another workspace is open, or what is known of workspaces is other than before. */
  readonly onWorkspace: (current: CurrentWorkspace) => void;
  /** Runs after a workspace was opened: its local socket, daily work. */
  readonly afterOpen: (session: WorkspaceSession) => Promise<void>;
  readonly beforeClose: (session: WorkspaceSession) => Promise<void>;
  readonly secrets?: SystemSecrets;
}

/** Where a process stands with its workspace. */
export type State =
  | { readonly state: 'none' }
  | { readonly state: 'locked'; readonly folder: string; readonly readOnly: ReadOnly | null }
  | {
      readonly state: 'failed';
      readonly folder: string;
      readonly failure: { code: ErrorCode; message: string };
    }
  | { readonly state: 'open'; readonly session: WorkspaceSession; readonly facts: WorkspaceFacts };

/** What is told of an open workspace and is in its file. */
export interface WorkspaceFacts {
  readonly name: string;
  readonly author: string;
}

/** A workspace that is to be made; without secrets it is not encrypted. */
export interface NewWorkspace {
  readonly path: string;
  readonly name: string;
  readonly secrets: readonly Secret[];
}

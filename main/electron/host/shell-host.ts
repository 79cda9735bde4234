import type { MessagePortMain } from 'electron';
import type { HostToShell, ShellToHost } from '../../../preload/contract/shell.ts';

/** The host as the shell sees it, whichever process it runs in. */
export interface ShellHost {
  /** Resolves when the host can serve windows; rejects with a readable sentence when it cannot start. */
  readonly ready: Promise<void>;
  /** Resolves when the host's process has gone, asked for or not. */
  readonly gone: Promise<void>;
  /** Hands one window's port over to the host. */
  serve(port: MessagePortMain): void;
  /** Ends the host; resolves when its process has gone. */
  stop(): Promise<void>;
}

/** What the host may ask of the shell, and the shell's answer; null where there is nothing to answer. */
export type HostQuestions = (message: HostToShell) => ShellToHost | null;

import type { LeavingRow, LeavingSession } from '../../../preload/contract/leaving.ts';
import type { Decision } from '../../messages/leaving.ts';

/** In the order in which a person wants to know of them: what is taken away from comes first. */
export const decisions = ['redact', 'withhold', 'keep_local', 'allow'] as const satisfies readonly Decision[];

/** What becomes of a row as a whole: what is said of each of its parts, or `redact` where a part goes and another does not. */
export function decisionOf({ fields, file }: LeavingRow): Decision {
  const said = new Set([...fields, ...(file === null ? [] : [file])].map(({ decision }) => decision));
  if (said.size <= 1) return [...said][0] ?? 'allow';
  return said.has('allow') || said.has('redact') ? 'redact' : 'withhold';
}

export interface LeavingSums {
  readonly rows: number;
  readonly files: number;
  readonly bytes: number;
  /** Rows by the ruling on their session. */
  readonly shares: Readonly<Record<Decision, number>>;
}

/** What the sessions come to, and how much of it goes. */
export function sumsOf(sessions: readonly LeavingSession[]): LeavingSums {
  const shares: Record<Decision, number> = { allow: 0, redact: 0, withhold: 0, keep_local: 0 };
  let [rows, files, bytes] = [0, 0, 0];
  for (const session of sessions) {
    rows += session.rows;
    files += session.files;
    bytes += session.bytes;
    shares[session.decision] += session.rows;
  }
  return { rows, files, bytes, shares };
}

import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** What tells a process from every other one: its laptop, its number, and when it began (where the system says so). */
export interface ProcessIdentity {
  readonly hostname: string;
  readonly pid: number;
  readonly startedAt: string | null;
}

/** This process. */
export function thisProcess(): ProcessIdentity {
  return { hostname: hostname(), pid: process.pid, startedAt: startOf(process.pid) };
}

/**
 * True while the process lives. A number that was given to another process since counts as dead where the system tells
 * when a process began. A process of another machine cannot be seen from here, and counts as alive.
 */
export function isAlive(identity: ProcessIdentity): boolean {
  if (identity.hostname !== hostname()) return true;
  try {
    process.kill(identity.pid, 0);
  } catch (error) {
    const denied = error instanceof Error && 'code' in error && error.code === 'EPERM';
    if (!denied) return false;
  }
  const now = startOf(identity.pid);
  return now === null || identity.startedAt === null || now === identity.startedAt;
}

/** Field 22 of /proc/PID/stat (proc(5)): clock ticks between boot and the start of the process. */
function startOf(pid: number): string | null {
  if (process.platform !== 'linux') return null;
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    // A zombie holds nothing open any more.
    return fields[0] === 'Z' ? 'ended' : (fields[19] ?? null);
  } catch {
    return null;
  }
}

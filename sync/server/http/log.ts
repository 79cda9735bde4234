/** One line of the server's log: ids, codes and counts, never content and never a secret. */
export interface ServerLog {
  write(level: 'info' | 'warning' | 'error', event: string, fields: Readonly<Record<string, unknown>>): void;
}

/** Writes lines of JSON, with the time, to a stream. */
export function jsonLog(write: (line: string) => void, now: () => number = Date.now): ServerLog {
  return {
    write: (level, event, fields) => {
      write(`${JSON.stringify({ at: new Date(now()).toISOString(), level, event, ...fields })}\n`);
    },
  };
}

export const silentLog: ServerLog = { write: () => undefined };

import { sessionDevicesAnswerSchema } from '../../../sync/protocol/people.ts';
import type { DataThreads } from '../data/threads.ts';
import type { SyncService } from './sync-service.ts';

/** A history waits so long for names of devices, and is shown without them then. */
const patienceMs = 1500;
/** Sessions that are asked about at once. */
const mostSessions = 200;

/**
 * Names of the devices on which others wrote: asked of the server for a history that somebody looks at, and kept, so that they stand
 * there offline, too.
 */
export class DeviceNames {
  readonly #data: DataThreads;
  readonly #sync: Pick<SyncService, 'status' | 'signedIn'>;
  /** What the server did not know, and is not asked for again in this process. */
  readonly #nameless = new Set<string>();

  constructor(data: DataThreads, sync: Pick<SyncService, 'status' | 'signedIn'>) {
    this.#data = data;
    this.#sync = sync;
  }

  /** Learns what is missing in a row's history, where the server can be asked. Never throws, and takes no longer than a person waits. */
  async learn(id: string): Promise<void> {
    const found = await this.#data.lists.call('sync.namelessSessions', { id, limit: mostSessions });
    const sessions = found.filter((session) => !this.#nameless.has(session));
    if (sessions.length === 0) return;
    const { state } = await this.#sync.status();
    if (state !== 'idle' && state !== 'syncing') return;
    const waited = new Promise<void>((resolve) => setTimeout(resolve, patienceMs).unref());
    await Promise.race([this.#ask(sessions), waited]);
  }

  async #ask(sessions: readonly string[]): Promise<void> {
    try {
      const connection = await this.#sync.signedIn();
      const path = '/v1/devices/of-sessions';
      const { devices } = await connection.ask(sessionDevicesAnswerSchema, path, { sessions });
      for (const session of sessions) if (devices[session] === undefined) this.#nameless.add(session);
      await this.#data.writer.call('sync.noteDevices', devices);
    } catch {
      // The history is shown without them, and the next one asks again.
    }
  }
}

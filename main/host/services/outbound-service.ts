import { Gate } from '../../outbound/gate.ts';
import type { DataThreads } from '../data/threads.ts';

/** The gate of an open workspace: its policy is read anew for each decision, so that a tightened one holds at once. */
export class Outbound {
  readonly #data: DataThreads;

  constructor(data: DataThreads) {
    this.#data = data;
  }

  /** The gate as the settings are now. */
  async gate(): Promise<Gate> {
    const held = await this.#data.lists.call('settings.held', Date.now());
    const record = (receipts: Parameters<ConstructorParameters<typeof Gate>[1]>[0]) =>
      this.#data.writer.call('receipts.record', receipts);
    return new Gate(held, record, () => new Date().toISOString());
  }

  async decideFetch(url: string): Promise<{ allowed: boolean; rule: string }> {
    return (await this.gate()).decideFetch(url);
  }

  async decideEmbedding(
    texts: readonly string[],
    endpoint: string,
  ): Promise<{ allowed: true; texts: readonly string[] } | { allowed: false; rule: string }> {
    return (await this.gate()).decideEmbedding(texts, endpoint);
  }

  /** The one way to an endpoint; the caller asked the gate before. */
  readonly fetch: typeof fetch = (input, init) => fetch(input, init);
}

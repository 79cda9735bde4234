/**
 * What turns texts into vectors of unit length. Vectors of different `name`, `version` or `dimensions` are never
 * compared. `background` work gives way to `query` work.
 */
export interface Embedder {
  readonly name: string;
  readonly version: string;
  /** 0 until `prepare` where only whoever answers can tell. */
  readonly dimensions: number;
  /** `laptop` never leaves this computer; `remote` passes the gate first. */
  readonly place: 'laptop' | 'remote';
  /** Makes `dimensions` known, and rejects where that is not possible now. */
  prepare?(signal?: AbortSignal): Promise<void>;
  /** One vector for each text, in order. Rejects with the signal's reason once it is aborted. */
  embed(texts: readonly string[], purpose: EmbeddingPurpose, signal?: AbortSignal): Promise<Float32Array[]>;
  close(): Promise<void>;
}

export type EmbeddingPurpose = 'query' | 'background';

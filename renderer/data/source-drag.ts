const format = 'application/x-stratmaster-source';

/** A document, or a passage of one by offsets of its text, that something may rest on. The host checks both. */
export interface Source {
  readonly evidenceId: string;
  readonly start?: number;
  readonly end?: number;
}

/** Lets a drag carry documents or passages to a claim; `text` is what other applications get of it. */
export function carrySources(transfer: DataTransfer, sources: readonly Source[], text: string): void {
  transfer.setData(format, JSON.stringify(sources));
  transfer.setData('text/plain', text);
  transfer.effectAllowed = 'copyLink';
}

/** Whether a drag comes from one of our own screens. What it carries can be read only once it is dropped. */
export function carriesSources(transfer: DataTransfer): boolean {
  return transfer.types.includes(format);
}

/** What a drop brought; empty where it is none of ours, or was tampered with. */
export function sourcesOf(transfer: DataTransfer): readonly Source[] {
  try {
    const carried: unknown = JSON.parse(transfer.getData(format));
    return Array.isArray(carried) ? carried.flatMap(sourceOf) : [];
  } catch {
    return [];
  }
}

function sourceOf(carried: unknown): Source[] {
  const { evidenceId, start, end } = (carried ?? {}) as Record<string, unknown>;
  if (typeof evidenceId !== 'string') return [];
  if (typeof start === 'number' && typeof end === 'number') return [{ evidenceId, start, end }];
  return [{ evidenceId }];
}

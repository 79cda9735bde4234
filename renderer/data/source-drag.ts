import type { ClaimSource } from '../../preload/contract/argument.ts';

const format = 'application/x-stratmaster-source';

/** Lets a drag carry documents or passages to a claim; `text` is what other applications get of it. */
export function carrySources(transfer: DataTransfer, sources: readonly ClaimSource[], text: string): void {
  transfer.setData(format, JSON.stringify(sources));
  transfer.setData('text/plain', text);
  transfer.effectAllowed = 'copyLink';
}

/** Whether a drag comes from one of our own screens. What it carries can be read only once it is dropped. */
export function carriesSources(transfer: DataTransfer): boolean {
  return transfer.types.includes(format);
}

/** What a drop brought; empty where it is none of ours, or was tampered with. */
export function sourcesOf(transfer: DataTransfer): readonly ClaimSource[] {
  try {
    const carried: unknown = JSON.parse(transfer.getData(format));
    return Array.isArray(carried) ? carried.flatMap(sourceOf) : [];
  } catch {
    return [];
  }
}

function sourceOf(carried: unknown): ClaimSource[] {
  const isSource = typeof carried === 'object' && carried !== null && 'evidenceId' in carried;
  return isSource && typeof carried.evidenceId === 'string' ? [carried as ClaimSource] : [];
}

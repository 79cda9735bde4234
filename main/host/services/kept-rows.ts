import type { CycleReport } from '../../../sync/client/cycle.ts';
import type { DataThreads } from '../data/threads.ts';

/** Says after a cycle that went well what it brought and this version cannot show. */
export async function nameKeptRows(data: DataThreads, report: CycleReport): Promise<CycleReport> {
  if (report.end !== 'done' || report.message !== '') return report;
  const kept = await data.lists.call('sync.rowsKept', undefined);
  return kept === 0 ? report : { ...report, message: sentenceOf(kept) };
}

function sentenceOf(kept: number): string {
  const rows = kept === 1 ? 'One row that others made is' : `${kept} rows that others made are`;
  return `${rows} kept on this laptop and cannot be shown by this version. Nothing is lost: update the Workbench to see them.`;
}

import type { ActivityItem, Activity } from '../../../preload/contract/capture.ts';
import type { Remark } from '../extract/types.ts';
import { sentenceOf } from '../messages.ts';
import type { ItemSource, JobCounts, StoredItem } from './types.ts';

/** What happens to an item right now, beside the state that is stored. */
export interface LiveState {
  readonly state: 'reading' | 'publishing';
  readonly progress: number | null;
  readonly remark: Remark;
}

/** An item as people see it: its state, and one sentence for it. */
export function activityItem(item: StoredItem, live: LiveState | undefined): ActivityItem {
  const { outcome } = item;
  const isLive = live !== undefined && item.state === 'queued';
  const failed = item.state === 'failed' || item.state === 'cancelled';
  const reason = outcome?.reason ?? null;
  return {
    id: item.id,
    jobId: item.jobId,
    sessionId: item.sessionId,
    name: item.name,
    path: placeOf(item.source),
    state: isLive ? live.state : item.state,
    progress: isLive
      ? live.progress
      : item.state === 'queued' || item.state === 'waiting-for-network'
        ? 0
        : 1,
    sentence: isLive ? sentenceOf(live.remark) : storedSentence(item),
    evidenceId: outcome?.evidenceId ?? null,
    artifactId: outcome?.artifactId ?? null,
    chunks: outcome?.chunks ?? 0,
    ms: outcome?.ms ?? null,
    error: failed && reason !== null ? { code: reason.code, message: sentenceOf(reason) } : null,
  };
}

function placeOf(source: ItemSource): string | null {
  if (source.kind === 'path') return source.given ?? source.path;
  return source.kind === 'url' ? source.url : null;
}

function storedSentence(item: StoredItem): string {
  const { outcome, state } = item;
  const first = outcome?.reason ?? { code: state, parameters: { words: outcome?.words ?? 0 } };
  return [first, ...(outcome?.warnings ?? [])].map(sentenceOf).join(' ');
}

/** The line of ingest in the activity panel; null where nothing was ever added. */
export function ingestGroup(
  counts: JobCounts,
  state: { readonly paused: boolean; readonly secondsLeft: number | null },
): Activity['groups'][number] | null {
  if (counts.total === 0) return null;
  const open = counts.waiting + counts.waitingForNetwork;
  const done = counts.total - open;
  const standing = groupState(counts, state.paused);
  return {
    id: 'ingest',
    kind: 'ingest',
    title: 'Adding documents',
    state: standing,
    done,
    total: counts.total,
    failed: counts.failed,
    secondsLeft: standing === 'running' ? state.secondsLeft : null,
    sentence: groupSentence(counts, done, standing),
  };
}

function groupState(counts: JobCounts, paused: boolean): Activity['groups'][number]['state'] {
  if (counts.waiting > 0) return paused ? 'paused' : 'running';
  if (counts.waitingForNetwork > 0) return 'waiting';
  return counts.failed > 0 ? 'failed' : 'finished';
}

function groupSentence(counts: JobCounts, done: number, state: Activity['groups'][number]['state']): string {
  const progress = `${done} of ${counts.total} done`;
  const failed = counts.failed === 0 ? '' : counts.failed === 1 ? ', 1 failed' : `, ${counts.failed} failed`;
  if (state === 'paused') return `Paused: ${progress}${failed}.`;
  if (state === 'waiting') return `${progress}${failed}; the rest waits for the network.`;
  return `${progress}${failed}.`;
}

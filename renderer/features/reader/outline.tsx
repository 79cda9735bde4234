import type { HostClient } from '../../../preload/contract/contract.ts';
import { markWords } from '../../messages/reader.ts';

type Entry = Awaited<ReturnType<HostClient['documents']['open']>>['outline'][number];

/** The document's own headings, each leading to its place. */
export function Outline({
  entries,
  onChoose,
}: {
  entries: readonly Entry[];
  onChoose: (entry: Entry) => void;
}) {
  return (
    <nav className="scroll outline" aria-label={markWords.outline}>
      {entries.map((entry, at) => (
        <button
          key={`${at} ${entry.title}`}
          type="button"
          className="item"
          data-level={Math.min(4, entry.level)}
          onClick={() => onChoose(entry)}
        >
          <span className="grow cut">{entry.title}</span>
          {entry.page === null ? null : <span className="num dim">{entry.page}</span>}
        </button>
      ))}
    </nav>
  );
}

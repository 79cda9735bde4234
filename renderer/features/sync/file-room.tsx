import { attempt } from '../../app/attempt.ts';
import { useClient } from '../../data/query.ts';
import { takenWords } from '../../messages/taken-along.ts';
import { type Choice, Select } from '../../ui/fields.tsx';
import { sizeText } from '../../ui/units.ts';

const unlimited = 'all';
const offered = [0, 5e8, 2e9, 1e10, 5e10];

/** How many bytes of files this laptop keeps beside those of pinned sessions; null for all. What a command set is offered, too. */
export function FileRoom({ bytes }: { bytes: number | null }) {
  const client = useClient();
  const sizes =
    bytes === null || offered.includes(bytes) ? offered : [...offered, bytes].sort((a, b) => a - b);
  const choices: Choice<string>[] = [
    { id: unlimited, title: takenWords.allFiles },
    ...sizes.map((size) => ({ id: String(size), title: size === 0 ? takenWords.noFiles : sizeText(size) })),
  ];
  return (
    <div className="file-room">
      <Select
        label={takenWords.files}
        choices={choices}
        value={bytes === null ? unlimited : String(bytes)}
        onChange={(id) =>
          void attempt(client.sync.keepFiles({ bytes: id === unlimited ? null : Number(id) }))
        }
      />
      <p className="note">{takenWords.filesHint}</p>
    </div>
  );
}

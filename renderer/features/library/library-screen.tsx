import { go } from '../../app/location.ts';
import { referenceWords } from '../../messages/references.ts';
import { libraryWords } from '../../messages/screens.ts';
import { Segments } from '../../ui/fields.tsx';
import { Files } from './files.tsx';
import { References } from './references.tsx';

const parts = [
  { id: 'files', title: referenceWords.files },
  { id: 'references', title: referenceWords.title },
] as const;

/** What the workspace holds beyond its sessions: files, and the items by which works are cited. */
export default function LibraryScreen({
  part,
  referenceKey,
}: {
  part: string | null;
  /** The key of the item that is shown first. */
  referenceKey: string | null;
}) {
  const shown = part === 'references' ? 'references' : 'files';
  return (
    <main className="screen" data-pane="main" tabIndex={-1}>
      <header className="screen-head">
        <div className="row">
          <h1 className="grow">{libraryWords.title}</h1>
          <Segments
            label={referenceWords.parts}
            choices={parts}
            value={shown}
            onChange={(id) => go(id === 'files' ? 'library' : `library/${id}`)}
          />
        </div>
      </header>
      {shown === 'files' ? <Files /> : <References initialFilter={referenceKey ?? ''} />}
    </main>
  );
}

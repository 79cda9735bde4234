import { queries } from '../data/queries.ts';
import { useQuery } from '../data/query.ts';
import { useStore } from '../data/store.ts';
import { app } from '../messages/app.ts';
import { common } from '../messages/common.ts';
import { Level } from '../ui/marks.tsx';
import { places } from './location.ts';

/** The sharing level of what is open, by its glyph and its name: of the document, or of the session that one works in. */
export function OpenLevel() {
  const { screen, id } = useStore(places).main;
  if (id === null) return null;
  if (screen === 'read') return <DocumentLevel id={id} />;
  return screen === 'session' || screen === 'claims' ? <SessionLevel id={id} /> : null;
}

function DocumentLevel({ id }: { id: string }) {
  const detail = useQuery(queries.evidence(id)).data;
  return detail === undefined ? null : <Item level={detail.row.sharingLevel} session={detail.sessionId} />;
}

function SessionLevel({ id }: { id: string }) {
  const session = useQuery(queries.session(id)).data;
  return session === undefined ? null : <Item level={session.sharingLevel} session={id} />;
}

function Item({ level, session }: { level: string | null; session: string }) {
  if (level === null) return null;
  return (
    <a
      className="status-item"
      href={`#/session/${session}`}
      title={app.openLevel(common.levels[level] ?? level)}
    >
      <Level level={level} />
    </a>
  );
}

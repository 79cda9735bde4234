import { Plus } from 'lucide-react';
import { useState } from 'react';
import { queries } from '../../data/queries.ts';
import { useQuery } from '../../data/query.ts';
import { app } from '../../messages/app.ts';
import { session } from '../../messages/session.ts';
import { Tool } from '../../ui/button.tsx';
import { Level } from '../../ui/marks.tsx';
import { CreateSession } from './create-session.tsx';

/** What one chooses from: every session, the latest first. */
export function SessionList({ current }: { current: string | null }) {
  const sessions = useQuery(queries.sessions).data ?? [];
  const [creating, setCreating] = useState(false);
  return (
    <>
      <div className="bar">
        <h2 className="grow">{app.screens.sessions}</h2>
        <Tool icon={Plus} name={session.create} onPress={() => setCreating(true)} />
      </div>
      <div className="scroll">
        {sessions.map((each) => (
          <a
            key={each.id}
            className="item"
            href={`#/session/${each.id}`}
            aria-current={each.id === current ? 'true' : undefined}
          >
            <span className="item-title">{each.title ?? each.question ?? each.label}</span>
            <span className="item-sub">
              <span className="grow">{session.facts(each.evidence, each.claims)}</span>
              <Level level={each.sharingLevel} small />
            </span>
          </a>
        ))}
      </div>
      {creating ? <CreateSession onClose={() => setCreating(false)} /> : null}
    </>
  );
}

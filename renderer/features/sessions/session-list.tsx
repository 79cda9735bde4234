import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { SessionSummary } from '../../../preload/contract/data.ts';
import { useCommands } from '../../app/commands.ts';
import { goBeside } from '../../app/location.ts';
import { PlaceLink } from '../../app/place-link.tsx';
import { groupBy } from '../../data/group-by.ts';
import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { app } from '../../messages/app.ts';
import { session } from '../../messages/session.ts';
import { Tool } from '../../ui/button.tsx';
import { PeopleThere } from '../sync/presence.tsx';
import { Level } from '../../ui/marks.tsx';
import { type MenuPlace, RowMenu } from '../../ui/row-menu.tsx';
import { useIsWritable, Writes } from '../../ui/writes.tsx';
import { CreateSession } from './create-session.tsx';
import { MoveSession } from './move-session.tsx';
import { SessionForm, sessionValues } from './session-form.tsx';
import { sessionName, sessionVerbs, standingOf, standings } from './session-verbs.ts';

/** What one chooses from: every session by where it stands, the latest first. Each has a menu, by pointer and by Shift F10. */
export function SessionList({ current }: { current: string | null }) {
  const client = useClient();
  const sessions = useQuery(queries.sessions).data ?? [];
  const isWritable = useIsWritable();
  const [creating, setCreating] = useState(false);
  const [editing, setEditing] = useState<SessionSummary>();
  const [moving, setMoving] = useState<SessionSummary>();
  const [menu, setMenu] = useState<{ place: MenuPlace; of: SessionSummary }>();
  useCommands([
    { id: 'new-session', title: session.create, keys: 'n', writes: true, run: () => setCreating(true) },
  ]);
  const groups = groupBy(sessions, standingOf);
  const verbsOf = (of: SessionSummary) =>
    sessionVerbs(client, of, {
      edit: () => setEditing(of),
      move: () => setMoving(of),
      isOpen: of.id === current,
    });
  function press(event: React.KeyboardEvent<HTMLElement>, of: SessionSummary): void {
    const { key, shiftKey, ctrlKey, metaKey } = event;
    const box = event.currentTarget.getBoundingClientRect();
    if (key === 'ContextMenu' || (key === 'F10' && shiftKey)) {
      setMenu({ of, place: { x: box.left + 24, y: box.bottom } });
    } else if (key === 'Enter' && (ctrlKey || metaKey)) goBeside(`session/${of.id}`);
    else if (key === 'F2' && isWritable) setEditing(of);
    else if (key === 'Delete' && isWritable) {
      verbsOf(of)
        .find((verb) => verb?.id === 'trash')
        ?.run();
    } else return;
    event.preventDefault();
  }
  return (
    <>
      <div className="bar">
        <h2 className="grow">{app.screens.sessions}</h2>
        <Writes>
          <Tool icon={Plus} name={session.create} keys="n" onPress={() => setCreating(true)} />
        </Writes>
      </div>
      <div className="scroll">
        {standings.map((standing) => {
          const of = groups.get(standing) ?? [];
          return of.length === 0 ? null : (
            <section key={standing} aria-label={session.standings[standing]}>
              <h3 className="group">
                {session.standings[standing]} <span className="num">{of.length}</span>
              </h3>
              {of.map((each) => (
                <div
                  key={each.id}
                  onKeyDown={(event) => press(event, each)}
                  onContextMenu={(click) => {
                    click.preventDefault();
                    setMenu({ of: each, place: { x: click.clientX, y: click.clientY } });
                  }}
                >
                  <PlaceLink className="item" address={`session/${each.id}`} isCurrent={each.id === current}>
                    <span className="item-title" dir="auto">
                      {sessionName(each)}
                    </span>
                    <span className="item-sub">
                      <span className="grow">{session.facts(each.evidence, each.claims)}</span>
                      <PeopleThere sessionId={each.id} />
                      <Level level={each.sharingLevel} small />
                    </span>
                  </PlaceLink>
                </div>
              ))}
            </section>
          );
        })}
      </div>
      {menu === undefined ? null : (
        <RowMenu
          place={menu.place}
          label={sessionName(menu.of)}
          verbs={verbsOf(menu.of)}
          onClose={() => setMenu(undefined)}
        />
      )}
      {creating ? <CreateSession onClose={() => setCreating(false)} /> : null}
      {moving === undefined ? null : <MoveSession of={moving} onClose={() => setMoving(undefined)} />}
      {editing === undefined ? null : (
        <SessionForm
          heading={session.edit}
          verb={session.save}
          initial={{ ...editing, title: editing.title ?? '', question: editing.question ?? '' }}
          onClose={() => setEditing(undefined)}
          onSubmit={async (facts) => {
            const values = sessionValues(facts);
            await client.edits.edit({ entity: 'research_sessions', ids: [editing.id], values });
            setEditing(undefined);
          }}
        />
      )}
    </>
  );
}

import { useMemo, useState } from 'react';
import type { ClaimRow } from '../../../preload/contract/argument.ts';
import { attempt } from '../../app/attempt.ts';
import { go } from '../../app/location.ts';
import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { claimWords } from '../../messages/claims.ts';
import { Segments, Select } from '../../ui/fields.tsx';
import { SplitPanes } from '../../ui/panes.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { Writes } from '../../ui/writes.tsx';
import { SessionParts } from '../sessions/session-parts.tsx';
import { ClaimCard } from './claim-card.tsx';
import { type Grouping, groupClaims } from './claim-groups.ts';
import { ClaimInspector } from './claim-inspector.tsx';
import { ClaimTable } from './claim-table.tsx';

type View = keyof typeof claimWords.views;

const titled = <T extends string>(words: Readonly<Record<T, string>>) =>
  (Object.keys(words) as T[]).map((id) => ({ id, title: words[id] }));

/** Claims of one session: a board by status, verdict or strength, or a table; beside it what a claim rests on. */
export default function ClaimsScreen({
  sessionId,
  claimId,
}: {
  sessionId: string | null;
  claimId: string | null;
}) {
  const sessions = useQuery(queries.sessions).data;
  const chosen = sessionId ?? sessions?.[0]?.id ?? null;
  if (sessions === undefined) return null;
  if (chosen === null) return <EmptyState title={claimWords.none}>{claimWords.noSession}</EmptyState>;
  return (
    <SessionClaims
      key={chosen}
      sessionId={chosen}
      claimId={claimId}
      sessions={sessions.map(({ id, title, question }) => ({ id, title: title ?? question ?? '' }))}
    />
  );
}

function SessionClaims({
  sessionId,
  claimId,
  sessions,
}: {
  sessionId: string;
  claimId: string | null;
  sessions: readonly { id: string; title: string }[];
}) {
  const claims = useQuery(queries.claims(sessionId)).data;
  const [by, setBy] = useState<Grouping>('status');
  const [view, setView] = useState<View>('board');
  const [current, setCurrent] = useState(claimId);
  // What the address names is asked for at once, beside the list; a claim that is gone gives way to the first.
  const known = claims === undefined || claims.some(({ id }) => id === current) ? current : null;
  const shown = known ?? claims?.[0]?.id;
  const main = (
    <div className="screen">
      <header className="screen-head">
        <div className="row">
          <h1 className="grow">{claimWords.title}</h1>
          <Select
            small
            label={claimWords.session}
            choices={sessions}
            value={sessionId}
            onChange={(id) => go(`claims/${id}`)}
          />
          {view === 'board' ? (
            <Select
              small
              label={claimWords.group}
              choices={titled(claimWords.groups)}
              value={by}
              onChange={setBy}
            />
          ) : null}
          <Segments
            label={claimWords.view}
            choices={titled(claimWords.views)}
            value={view}
            onChange={setView}
          />
        </div>
        <Writes>
          <AddClaim sessionId={sessionId} onAdded={setCurrent} />
        </Writes>
      </header>
      <SessionParts id={sessionId} current="claims" />
      {claims === undefined ? null : claims.length === 0 ? (
        <EmptyState title={claimWords.none}>{claimWords.noneHint}</EmptyState>
      ) : view === 'table' ? (
        <ClaimTable claims={claims} current={shown ?? null} onCurrent={setCurrent} />
      ) : (
        <Board claims={claims} by={by} current={shown ?? null} onCurrent={setCurrent} />
      )}
    </div>
  );
  return (
    <SplitPanes
      id="claims"
      main={main}
      sideWidth={420}
      side={
        shown === undefined ? (
          <p className="empty">{claimWords.choose}</p>
        ) : (
          <ClaimInspector key={shown} id={shown} others={(claims ?? []).filter(({ id }) => id !== shown)} />
        )
      }
    />
  );
}

function AddClaim({ sessionId, onAdded }: { sessionId: string; onAdded: (id: string) => void }) {
  const client = useClient();
  const [text, setText] = useState('');
  const add = async (): Promise<void> => {
    const claim_text = text.trim();
    if (claim_text === '') return;
    await attempt(async () => {
      const { id } = await client.edits.add({
        entity: 'research_claims',
        values: { session_id: sessionId, claim_text },
      });
      setText('');
      onAdded(id);
    });
  };
  return (
    <label className="field">
      <input
        aria-label={claimWords.add}
        placeholder={claimWords.addField}
        value={text}
        onChange={(change) => setText(change.target.value)}
        onKeyDown={(press) => {
          if (press.key === 'Enter' && !press.nativeEvent.isComposing) void add();
        }}
      />
    </label>
  );
}

function Board({
  claims,
  by,
  current,
  onCurrent,
}: {
  claims: readonly ClaimRow[];
  by: Grouping;
  current: string | null;
  onCurrent: (id: string) => void;
}) {
  const groups = useMemo(() => groupClaims(claims, by), [claims, by]);
  return (
    <div className="board">
      {groups.map((group) => (
        <section key={group.id} className="board-column" aria-label={group.title}>
          <h2 className="section-title">
            {group.title} <span className="num">{group.claims.length}</span>
          </h2>
          <div className="board-cards" tabIndex={0} role="group" aria-label={group.title}>
            {group.claims.map((claim) => (
              <ClaimCard
                key={claim.id}
                claim={claim}
                current={claim.id === current}
                onChoose={() => onCurrent(claim.id)}
              />
            ))}
          </div>
        </section>
      ))}
    </div>
  );
}

import { useState } from 'react';
import type { LeavingSession } from '../../../preload/contract/leaving.ts';
import { attempt } from '../../app/attempt.ts';
import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { common } from '../../messages/common.ts';
import { leavingWords } from '../../messages/leaving.ts';
import { Button } from '../../ui/button.tsx';
import { Segments } from '../../ui/fields.tsx';
import { EmptyState, ErrorNotice, Waiting } from '../../ui/states.tsx';
import { sizeText } from '../../ui/units.ts';
import { LeavingRows } from './leaving-rows.tsx';
import { decisions, sumsOf } from './leaving-sums.ts';
import { useLeaving } from './use-leaving.ts';

/** What would leave at the next sync, or of everything that is here. */
export function LeavingPart() {
  const [which, setWhich] = useState<'all' | 'waiting'>('waiting');
  return (
    <LeavingView
      which={which}
      tools={
        <Segments
          label={leavingWords.which}
          choices={leavingWords.whiches}
          value={which}
          onChange={setWhich}
        />
      }
    />
  );
}

/** The exact list: sessions with what they come to, and the rows of one or of all with the rule of each field and file. */
export function LeavingView({ which, tools }: { which: 'all' | 'waiting'; tools?: React.ReactNode }) {
  const [session, setSession] = useState<string>();
  const whole = useLeaving(which, undefined);
  const part = useLeaving(which, session);
  const { leaving, failure, again } = whole;
  if (failure !== undefined) {
    return (
      <ErrorNotice message={failure.message} actions={<Button onPress={again}>{common.tryAgain}</Button>} />
    );
  }
  if (leaving === undefined) return <Waiting>{leavingWords.asking}</Waiting>;
  const sums = sumsOf(leaving.sessions);
  const isWaiting = which === 'waiting';
  const rows = part.leaving?.rows ?? [];
  return (
    <div className="leave">
      <div className="leave-head">
        <div className="row">
          <p className="grow">
            <b>
              {isWaiting
                ? leaving.sentence
                : leavingWords.sum(leaving.sessions.length, sums.rows, sums.files, sizeText(sums.bytes))}
            </b>{' '}
            <span className="dim">{leavingWords.policy(leaving.policyVersion)}</span>
          </p>
          {tools}
        </div>
        {isWaiting ? null : <Shares shares={sums.shares} />}
      </div>
      <div className={isWaiting ? 'leave-body whole' : 'leave-body'}>
        {isWaiting ? null : <Sessions sessions={leaving.sessions} chosen={session} onChoose={setSession} />}
        <div className="scroll leave-list" tabIndex={0} role="region" aria-label={leavingWords.lead}>
          {rows.length === 0 ? (
            <EmptyState title={leavingWords.nothing}>{leavingWords.nothingHint}</EmptyState>
          ) : (
            <>
              <LeavingRows rows={rows} />
              {part.leaving?.hasMore === true ? (
                <div className="row leave-more">
                  <span className="dim grow">{leavingWords.shownRows(rows.length)}</span>
                  <Button onPress={() => void attempt(part.more())}>{leavingWords.more}</Button>
                </div>
              ) : null}
            </>
          )}
        </div>
      </div>
    </div>
  );
}

function Shares({ shares }: { shares: ReturnType<typeof sumsOf>['shares'] }) {
  const shown = [...decisions].reverse().filter((decision) => shares[decision] > 0);
  if (shown.length === 0) return null;
  const said = shown.map((decision) => `${shares[decision]} ${leavingWords.decisions[decision]}`).join(', ');
  return (
    <div className="shares" role="img" aria-label={`${leavingWords.shares}: ${said}`}>
      {shown.map((decision) => (
        <i key={decision} className={decision} style={{ flexGrow: shares[decision] }} />
      ))}
    </div>
  );
}

function Sessions({
  sessions,
  chosen,
  onChoose,
}: {
  sessions: readonly LeavingSession[];
  chosen: string | undefined;
  onChoose: (id: string | undefined) => void;
}) {
  const client = useClient();
  const scopes = useQuery(queries.scopes).data?.scopes ?? [];
  const known = new Set(scopes.flatMap(({ id, state }) => (state === 'only-here' ? [] : [id])));
  const keep = (id: string, local_only: boolean) =>
    void attempt(client.edits.edit({ entity: 'research_sessions', ids: [id], values: { local_only } }));
  return (
    <div className="scroll leave-sessions">
      <button
        type="button"
        className="item"
        aria-current={chosen === undefined}
        onClick={() => onChoose(undefined)}
      >
        <span className="item-title">{leavingWords.wholeWorkspace}</span>
      </button>
      {sessions.map(({ id, title, label, rows, files, bytes, decision, rule }) => {
        const name = title || label;
        const staysByWord = rule === 'local_only';
        return (
          <div key={id} className="leave-session">
            <button type="button" className="item" aria-current={chosen === id} onClick={() => onChoose(id)}>
              <span className="item-title cut" dir="auto">
                {name}
              </span>
              <span className="item-sub">{leavingWords.facts(rows, files, sizeText(bytes))}</span>
              {decision === 'allow' ? null : (
                <span className={`item-sub ruling ${decision}`}>
                  <b>{leavingWords.groups[decision]}</b> <span className="mono-small">{rule}</span>
                </span>
              )}
            </button>
            {staysByWord || !known.has(id) ? (
              <Button
                look="bare"
                label={staysByWord ? leavingWords.sendOf(name) : leavingWords.keepHereOf(name)}
                onPress={() => keep(id, !staysByWord)}
              >
                {staysByWord ? leavingWords.sendAfterAll : leavingWords.keepHere}
              </Button>
            ) : null}
          </div>
        );
      })}
    </div>
  );
}

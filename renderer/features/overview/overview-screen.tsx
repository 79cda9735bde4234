import { useState } from 'react';
import type { ChangeRow, Statistics } from '../../../preload/contract/overview.ts';
import { PlaceLink } from '../../app/place-link.tsx';
import { queries } from '../../data/queries.ts';
import { useQuery } from '../../data/query.ts';
import { changeWords, isSaid, subjectWords } from '../../messages/changes.ts';
import { overviewWords } from '../../messages/overview.ts';
import { session } from '../../messages/session.ts';
import { Button } from '../../ui/button.tsx';
import { Segments } from '../../ui/fields.tsx';
import { Level } from '../../ui/marks.tsx';
import { SplitPanes } from '../../ui/panes.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { momentText } from '../../ui/times.ts';
import { CreateSession } from '../sessions/create-session.tsx';
import { Start } from '../start/start.tsx';
import { Writes } from '../../ui/writes.tsx';
import { AttentionList } from './attention.tsx';
import { type Span, spanOf } from './span.ts';
import { WeekChart } from './week-chart.tsx';

const spans = (Object.keys(overviewWords.spans) as Span[]).map((id) => ({
  id,
  title: overviewWords.spans[id],
}));

/** The workspace as a whole: sessions being worked on, their figures, what came in, what was done, what needs a look. */
export default function OverviewScreen() {
  const [span, setSpan] = useState<Span>('month');
  return (
    <SplitPanes
      id="overview"
      main={
        <div className="screen">
          <header className="screen-head">
            <div className="row">
              <h1 className="grow">{overviewWords.title}</h1>
              <Segments label={overviewWords.span} choices={spans} value={span} onChange={setSpan} />
            </div>
            <Figures span={span} />
          </header>
          <div className="scroll overview" role="region" aria-label={overviewWords.title} tabIndex={0}>
            <Writes>
              <Start />
            </Writes>
            <ActiveSessions />
            <WeekChart />
          </div>
        </div>
      }
      side={
        <div className="scroll" role="region" aria-label={overviewWords.recent} tabIndex={0}>
          <AttentionList />
          <Recent />
        </div>
      }
    />
  );
}

function Figures({ span }: { span: Span }) {
  const figures = useQuery(queries.statistics(spanOf(span))).data;
  return (
    <p className="props" role="status">
      {figures === undefined ? null : figuresOf(figures).map((part) => <span key={part}>{part}</span>)}
    </p>
  );
}

/** The statistics in words; what there is nothing to say of is left out. */
function figuresOf(figures: Statistics): string[] {
  const { sessions, completed, meanHours, evidence, claims, claimsPerSession, consensus } = figures;
  const w = overviewWords;
  return [
    w.begun(w.sessions(sessions)),
    [w.completed(completed), ...(meanHours === null ? [] : [w.hours(meanHours)])].join(', '),
    w.evidence(evidence),
    [
      w.claims(claims),
      ...(claimsPerSession === null ? [] : [w.perSession(claimsPerSession)]),
      ...(consensus === null ? [] : [w.consensus(consensus)]),
    ].join(', '),
  ];
}

function ActiveSessions() {
  const sessions = useQuery(queries.activeSessions).data;
  const [creating, setCreating] = useState(false);
  if (sessions === undefined) return null;
  const { columns } = overviewWords;
  return (
    <section className="overview-part" aria-label={overviewWords.active}>
      <h2 className="section-title">
        {overviewWords.active} <span className="num dimmer">{sessions.length}</span>
      </h2>
      {sessions.length === 0 ? (
        <EmptyState
          title={overviewWords.noneActive}
          actions={
            <Writes>
              <Button onPress={() => setCreating(true)}>{session.create}</Button>
            </Writes>
          }
        >
          {overviewWords.noneActiveHint}
        </EmptyState>
      ) : (
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">{columns.session}</th>
              <th scope="col" className="end">
                {columns.evidence}
              </th>
              <th scope="col" className="end">
                {columns.claims}
              </th>
              <th scope="col" className="spare">
                {columns.by}
              </th>
              <th scope="col">{columns.last}</th>
            </tr>
          </thead>
          <tbody>
            {sessions.map((each) => (
              <tr key={each.id}>
                <th scope="row" className="lead">
                  <PlaceLink className="row" address={`session/${each.id}`}>
                    <span className="cut" dir="auto">
                      {each.title ?? each.question ?? each.label}
                    </span>
                    <Level level={each.sharingLevel} small />
                  </PlaceLink>
                </th>
                <td className="num end">{each.evidence}</td>
                <td className="num end">{each.claims}</td>
                <td className="spare cut">{each.startedBy}</td>
                <td className="num">{momentText(each.lastActivity)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {creating ? <CreateSession onClose={() => setCreating(false)} /> : null}
    </section>
  );
}

function Recent() {
  const changes = useQuery(queries.recentChanges).data?.rows;
  return (
    <section className="section last" aria-label={overviewWords.recent}>
      <div className="row">
        <h2 className="section-title grow">{overviewWords.recent}</h2>
        <PlaceLink className="link" address="activity?part=changes">
          {overviewWords.showAll}
        </PlaceLink>
      </div>
      {changes?.length === 0 ? <p className="note">{overviewWords.noRecent}</p> : null}
      <ul className="log">
        {(changes ?? []).map((change) => (
          <Change key={change.txn} change={change} />
        ))}
      </ul>
    </section>
  );
}

function Change({ change }: { change: ChangeRow }) {
  const subject = subjectWords(change);
  return (
    <li>
      <span className="grow">
        {change.author}: {changeWords(change)}
        {subject === '' ? null : (
          <span className={isSaid(change) ? 'log-subject said' : 'log-subject'}>{subject}</span>
        )}
      </span>
      <time dateTime={change.at}>{momentText(change.at)}</time>
    </li>
  );
}

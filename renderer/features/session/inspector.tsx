import { attempt } from '../../app/attempt.ts';
import { go } from '../../app/location.ts';
import { objectVerbs } from '../../app/object-verbs.ts';
import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { changeWords } from '../../messages/changes.ts';
import { common } from '../../messages/common.ts';
import { session } from '../../messages/session.ts';
import { Button } from '../../ui/button.tsx';
import { Meter } from '../../ui/marks.tsx';
import { MoreButton } from '../../ui/more-button.tsx';
import { TagField } from '../../ui/tag-field.tsx';
import { momentText } from '../../ui/times.ts';
import { Writes } from '../../ui/writes.tsx';
import { RatingGrid } from './rating-grid.tsx';

/** What a step of evidence's history is about. */
const evidence = { entity: 'evidence' } as const;

/** What the row under the cursor is, what it is worth, what it resembles, and its history. */
export function Inspector({
  id,
  onRate,
}: {
  id: string;
  onRate: (ids: readonly string[], rating: string) => void;
}) {
  const client = useClient();
  const detail = useQuery(queries.evidence(id)).data;
  if (detail === undefined) return null;
  const { row } = detail;
  async function edit(values: Record<string, string | string[] | null>): Promise<void> {
    await attempt(client.edits.edit({ entity: 'evidence', ids: [id], values }));
  }
  const scores = [
    [session.recency, detail.recency],
    [session.relevance, detail.relevance],
    [session.rating, detail.rating],
  ] as const;
  return (
    <div className="scroll">
      <section className="section">
        <div className="bar-line">
          <span className="ref grow">{row.label}</span>
          <MoreButton label={common.more} verbs={objectVerbs('evidence', id, row.title, `read/${id}`)} />
        </div>
        <h2 className="inspector-title">{row.title}</h2>
        <dl className="facts">
          <dt>{session.sourceFact}</dt>
          <dd>{row.source}</dd>
          <dt>{session.author}</dt>
          <dd>{row.author}</dd>
          <dt>{session.published}</dt>
          <dd>{row.published}</dd>
          <dt>{session.file}</dt>
          <dd>
            {[
              common.types[row.type] ?? row.type,
              detail.pages === null ? null : session.pages(detail.pages),
              row.words === null ? null : session.words(row.words),
            ]
              .filter(Boolean)
              .join(', ')}
          </dd>
        </dl>
        <div className="acts">
          <Button onPress={() => go(`read/${id}`)} keys="Enter">
            {session.open}
          </Button>
        </div>
      </section>
      <section className="section">
        <h3 className="section-title">{session.quality}</h3>
        <Writes>
          <RatingGrid
            reliability={row.reliability}
            credibility={row.credibility}
            onRate={(reliability, credibility) => onRate([id], reliability + credibility)}
          />
        </Writes>
        <dl className="scores">
          {scores.map(([name, value]) =>
            value === null ? null : (
              <div key={name} className="score">
                <dt>{name}</dt>
                <dd>
                  <Meter label={name} value={value} />
                </dd>
              </div>
            ),
          )}
        </dl>
      </section>
      <section className="section">
        <h3 className="section-title">{session.tags}</h3>
        <Writes>
          <TagField
            label={session.tags}
            tags={row.tags}
            onChange={(tags) => void edit({ tags: [...tags] })}
          />
        </Writes>
      </section>
      {detail.sameOrigin.length === 0 ? null : (
        <section className="section">
          <h3 className="section-title">{session.sameOrigin}</h3>
          {detail.sameOrigin.map((other) => (
            <a key={other.id} className="item" href={`#/read/${other.id}`}>
              {other.title}
            </a>
          ))}
        </section>
      )}
      {detail.warnings.length === 0 ? null : (
        <section className="section">
          <h3 className="section-title">{session.warnings}</h3>
          {detail.warnings.slice(0, 8).map((warning) => (
            <p key={warning} className="note">
              {warning}
            </p>
          ))}
        </section>
      )}
      <section className="section last">
        <h3 className="section-title">{session.history}</h3>
        <ul className="log">
          {detail.history.slice(0, 12).map((step) => (
            <li key={`${step.at}${step.command}${Object.keys(step.columns).join()}`}>
              <span>
                {step.author}: {changeWords({ command: step.command, subject: evidence, count: 1 })}
                {step.here || step.device === null ? null : <span className="dim"> ({step.device})</span>}
              </span>
              <time dateTime={step.at}>{momentText(step.at)}</time>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

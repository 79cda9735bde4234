import type { SplitItem } from '../../../preload/contract/inbox.ts';
import { go } from '../../app/location.ts';
import { linkKinds } from '../../app/links.ts';
import { claimWords } from '../../messages/claims.ts';
import { historyWords } from '../../messages/history.ts';
import { inboxWords } from '../../messages/inbox.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { scoreText } from '../../ui/marks.tsx';
import { momentText } from '../../ui/times.ts';
import { valueText } from '../history/history-values.ts';
import { DetailHead } from './detail-head.tsx';
import { PositionScale } from './position-scale.tsx';

type Position = SplitItem['judgements'][number]['positions'][number];

/** A row on which people judge differently: every position stands with its name, and none is ever overwritten. */
export function SplitDetail({ split: { entity, row, label, title, judgements } }: { split: SplitItem }) {
  const kind = Object.entries(linkKinds).find(([, each]) => each === entity)?.[0];
  return (
    <>
      <DetailHead title={title || label} label={label} lead={inboxWords.splitLead}>
        {kind === undefined ? null : (
          <Button onPress={() => go(`link/${kind}/${row}`)}>{inboxWords.changeMine}</Button>
        )}
      </DetailHead>
      <div className="scroll" tabIndex={0} role="region" aria-label={inboxWords.positions}>
        {judgements.map(({ column, positions }) => (
          <section key={column} className="judge" aria-label={historyWords.field(column)}>
            <h2>{historyWords.field(column)}</h2>
            {positions.every(({ value }) => typeof value === 'number') ? (
              <PositionScale positions={positions} />
            ) : null}
            <table className="taken positions">
              <tbody>
                {[...positions].sort(ownFirst).map((position) => (
                  <PositionRow key={`${position.person} ${position.at}`} position={position} />
                ))}
              </tbody>
            </table>
          </section>
        ))}
      </div>
    </>
  );
}

function PositionRow({ position: { person, isMine, value, rationale, at } }: { position: Position }) {
  const name = isMine ? inboxWords.you : person || inboxWords.somebody;
  return (
    <tr>
      <th scope="row">
        <span className="row">
          <Avatar name={person || name} />
          <span className="cut">{name}</span>
        </span>
      </th>
      <td className="lead">{positionText(value)}</td>
      <td className="positions-why">{rationale ?? <span className="dim">{inboxWords.noReason}</span>}</td>
      <td className="num end">
        <time dateTime={at}>{momentText(at)}</time>
      </td>
    </tr>
  );
}

/** The own position stands first, then the others by their time. */
function ownFirst(a: Position, b: Position): number {
  return Number(b.isMine) - Number(a.isMine) || (a.at < b.at ? -1 : 1);
}

function positionText(value: unknown): string {
  if (typeof value === 'number') return scoreText(value);
  return typeof value === 'string' ? (claimWords.verdicts[value] ?? value) : valueText(value);
}

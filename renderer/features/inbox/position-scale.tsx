import type { SplitItem } from '../../../preload/contract/inbox.ts';
import { inboxWords } from '../../messages/inbox.ts';
import { initialsOf } from '../../ui/avatar.tsx';
import { scoreText } from '../../ui/marks.tsx';

type Position = SplitItem['judgements'][number]['positions'][number];

const marks = [0, 0.25, 0.5, 0.75, 1];

/** Positions from 0 to 1 on one line: how far people stand from each other is seen before it is read. */
export function PositionScale({ positions }: { positions: readonly Position[] }) {
  const values = positions.map(({ value }) => Number(value));
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const nameOf = ({ person, isMine }: Position) => (isMine ? inboxWords.you : person || inboxWords.somebody);
  const said = positions.map((each) => `${nameOf(each)} ${scoreText(Number(each.value))}`).join(', ');
  return (
    <div className="scale" role="img" aria-label={`${inboxWords.positions}: ${said}`}>
      <div className="axis">
        {marks.map((at) => (
          <i key={at} style={{ left: `${at * 100}%` }} />
        ))}
        <b className="spread" style={{ left: `${least * 100}%`, width: `${(most - least) * 100}%` }} />
      </div>
      {positions.map((each) => (
        <span
          key={`${each.person} ${each.at}`}
          className={each.isMine ? 'at mine' : 'at'}
          style={{ left: `${Number(each.value) * 100}%` }}
        >
          <em>{nameOf(each)}</em>
          <span className="person">{initialsOf(each.person || nameOf(each))}</span>
        </span>
      ))}
    </div>
  );
}

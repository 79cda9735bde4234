import { useMemo, useState } from 'react';
import { queries } from '../../data/queries.ts';
import { useQuery } from '../../data/query.ts';
import { overviewWords } from '../../messages/overview.ts';
import { Segments } from '../../ui/fields.tsx';
import { dayText, weekBounds } from '../../ui/times.ts';

const weeks = 12;
const views = [
  { id: 'chart', title: overviewWords.chart },
  { id: 'table', title: overviewWords.table },
] as const;

interface Week {
  readonly from: Date;
  readonly count: number;
}

/** How much evidence came in each of the last twelve weeks: as bars, or as the same figures in a table. */
export function WeekChart() {
  const bounds = useMemo(() => weekBounds(weeks), []);
  const counts = useQuery(queries.weeks(bounds.map((bound) => bound.toISOString()))).data?.counts;
  const [view, setView] = useState<(typeof views)[number]['id']>('chart');
  if (counts === undefined) return null;
  const shown = counts.map((count, at): Week => ({ from: bounds[at] ?? new Date(), count }));
  return (
    <section className="overview-part" aria-label={overviewWords.weeks}>
      <div className="row">
        <h2 className="section-title grow">{overviewWords.weeks}</h2>
        <Segments label={overviewWords.view} choices={views} value={view} onChange={setView} />
      </div>
      {view === 'chart' && shown.every(({ count }) => count === 0) ? (
        <p className="note">{overviewWords.noWeeks(shown.length)}</p>
      ) : view === 'chart' ? (
        <Bars shown={shown} />
      ) : (
        <WeekTable shown={shown} />
      )}
    </section>
  );
}

const height = 84;
const top = 16;
const foot = 18;

/** Bars in ink, each with its figure above it: nothing has to be read off an axis. */
function Bars({ shown }: { shown: readonly Week[] }) {
  const most = Math.max(1, ...shown.map(({ count }) => count));
  const total = shown.reduce((sum, { count }) => sum + count, 0);
  const step = 100 / shown.length;
  return (
    <svg
      className="week-chart"
      role="img"
      aria-label={overviewWords.chartSays(total, shown.length, total === 0 ? 0 : most)}
      height={height + top + foot}
    >
      {shown.map(({ from, count }, at) => {
        const tall = count === 0 ? 0 : Math.max(2, (height * count) / most);
        const middle = `${(at + 0.5) * step}%`;
        return (
          <g key={from.getTime()}>
            <rect
              x={`${(at + 0.2) * step}%`}
              width={`${0.6 * step}%`}
              y={top + height - tall}
              height={tall}
              className="week-bar"
            />
            {count === 0 ? null : (
              <text x={middle} y={top + height - tall - 4} className="week-figure">
                {count}
              </text>
            )}
            <text x={middle} y={top + height + 13} className={at % 2 === 0 ? 'week-day' : 'week-day between'}>
              {dayText(from)}
            </text>
          </g>
        );
      })}
      <line x1="0" x2="100%" y1={top + height + 0.5} y2={top + height + 0.5} className="week-base" />
    </svg>
  );
}

function WeekTable({ shown }: { shown: readonly Week[] }) {
  return (
    <table className="plain-table narrow">
      <thead>
        <tr>
          <th scope="col">{overviewWords.week}</th>
          <th scope="col" className="end">
            {overviewWords.added}
          </th>
        </tr>
      </thead>
      <tbody>
        {shown.map(({ from, count }) => (
          <tr key={from.getTime()}>
            <th scope="row">{dayText(from)}</th>
            <td className="num end">{count}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

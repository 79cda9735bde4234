import { session } from '../../messages/session.ts';

const reliabilities = ['A', 'B', 'C', 'D', 'E', 'F'] as const;
const credibilities = ['1', '2', '3', '4', '5', '6'] as const;

/** Reliability of the source by credibility of the information (the Admiralty code); F and 6 mean unknown. */
export function RatingGrid({
  reliability,
  credibility,
  onRate,
}: {
  reliability: string | null;
  credibility: string | null;
  onRate: (reliability: string, credibility: string) => void;
}) {
  return (
    <table className="matrix" aria-label={session.quality}>
      <thead>
        <tr>
          <td />
          {credibilities.map((digit) => (
            <th key={digit} scope="col">
              {digit}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {reliabilities.map((letter) => (
          <tr key={letter}>
            <th scope="row">{letter}</th>
            {credibilities.map((digit) => {
              const on = letter === reliability && digit === credibility;
              return (
                <td
                  key={digit}
                  className={on ? 'on' : letter === 'F' || digit === '6' ? 'unknown' : undefined}
                >
                  <button
                    type="button"
                    aria-pressed={on}
                    aria-label={session.rate(letter + digit)}
                    onClick={() => onRate(letter, digit)}
                  >
                    {on ? letter + digit : ''}
                  </button>
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

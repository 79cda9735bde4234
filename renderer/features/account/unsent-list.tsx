import type { Unsent } from '../../../preload/contract/people.ts';
import { accountWords } from '../../messages/account.ts';

/** What is not sent yet, by name; the rest is counted. */
export function UnsentList({ unsent }: { unsent: Unsent }) {
  const all = unsent.kinds.reduce((sum, { rows }) => sum + rows, 0);
  const more = all - unsent.rows.length;
  return (
    <ul className="unsent-rows">
      {unsent.rows.map(({ id, label, title }) => (
        <li key={id} className="row">
          <span className="mono-s dim">{label}</span>
          <span className="grow cut">{title}</span>
        </li>
      ))}
      {more > 0 ? <li className="dim">{accountWords.andMore(more)}</li> : null}
    </ul>
  );
}

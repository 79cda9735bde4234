import { ArrowUpRight, Ban, Eraser, Laptop, type LucideIcon } from 'lucide-react';
import type { LeavingRow } from '../../../preload/contract/leaving.ts';
import { groupBy } from '../../data/group-by.ts';
import { kindName } from '../../messages/changes.ts';
import { historyWords } from '../../messages/history.ts';
import { type Decision, leavingWords } from '../../messages/leaving.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { sizeText } from '../../ui/units.ts';
import { showHiding } from './hide-dialog.tsx';
import { decisionOf, decisions } from './leaving-sums.ts';

const icons: Readonly<Record<Decision, LucideIcon>> = {
  redact: Eraser,
  withhold: Ban,
  keep_local: Laptop,
  allow: ArrowUpRight,
};

/** Rows by what becomes of them: what is kept back stands first. */
export function LeavingRows({ rows }: { rows: readonly LeavingRow[] }) {
  const groups = groupBy(rows, decisionOf);
  return (
    <>
      {decisions.map((decision) => {
        const lines = groups.get(decision) ?? [];
        return lines.length === 0 ? null : (
          <section key={decision} aria-label={leavingWords.groups[decision]}>
            <h3 className="group">
              <Icon of={icons[decision]} size="small" />
              {leavingWords.groups[decision]}
              <span className="num">{lines.length.toLocaleString()}</span>
            </h3>
            <ul className="leave-rows">
              {lines.map((row) => (
                <LeavingLine key={`${row.entity} ${row.id}`} row={row} />
              ))}
            </ul>
          </section>
        );
      })}
    </>
  );
}

function LeavingLine({ row: { entity, id, label, title, fields, file } }: { row: LeavingRow }) {
  const name = title || kindName(entity);
  return (
    <li className="leave-row">
      <div className="row">
        <span className="cut grow">{name}</span>
        <span className="ref">{label}</span>
        <Button
          look="bare"
          label={leavingWords.hideIn(name)}
          onPress={() => showHiding({ entity, id, name })}
        >
          {leavingWords.hideValues}
        </Button>
      </div>
      {fields.map((field) => (
        <Ruling
          key={`${field.decision} ${field.rule} ${field.whose}`}
          what={field.columns.map(historyWords.field).join(', ')}
          {...field}
        />
      ))}
      {file === null ? null : (
        <Ruling
          what={leavingWords.file(file.name, file.bytes === null ? '' : sizeText(file.bytes))}
          {...file}
        />
      )}
    </li>
  );
}

function Ruling({
  what,
  decision,
  rule,
  reason,
  whose,
}: {
  what: string;
  decision: Decision;
  rule: string;
  reason: string;
  whose: 'organisation' | 'own';
}) {
  return (
    <p className={`ruling ${decision}`} title={reason}>
      <span className="ruling-what">
        {what}
        {decision === 'allow' ? null : <b> {leavingWords.decisions[decision]}</b>}
      </span>
      <span className="mono-small dim">
        {rule}
        {whose === 'own' ? `, ${leavingWords.whose.own}` : ''}
      </span>
    </p>
  );
}

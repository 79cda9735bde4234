import type { EntityName } from '../../../db/catalogue/catalogue.ts';
import type { HistoryEntry } from '../../../preload/contract/shapes.ts';
import { queries } from '../../data/queries.ts';
import { useQuery } from '../../data/query.ts';
import { createStore, useStore } from '../../data/store.ts';
import { historyWords } from '../../messages/history.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNotice } from '../../ui/states.tsx';
import { momentText } from '../../ui/times.ts';
import { fieldsOf } from './history-values.ts';

interface Asked {
  readonly entity: EntityName;
  readonly id: string;
  /** What the row is called where people see it. */
  readonly name: string;
}

const asked = createStore<Asked | null>(null);

/** Shows who changed what of a row, and when. */
export function showHistory(row: Asked): void {
  asked.set(row);
}

/** Shows histories that are asked for anywhere in the window. */
export function HistoryHost() {
  const row = useStore(asked);
  return row === null ? null : <HistoryDialog row={row} onClose={() => asked.set(null)} />;
}

function HistoryDialog({ row, onClose }: { row: Asked; onClose: () => void }) {
  const { data, failure } = useQuery(queries.history(row.entity, row.id));
  return (
    <Dialog title={historyWords.title(row.name)} wide onClose={onClose}>
      {failure === undefined ? null : <ErrorNotice message={failure.message} />}
      {data?.entries.length === 0 ? <p className="note">{historyWords.empty}</p> : null}
      <ol className="history">
        {data?.entries.map((step, at) => (
          <Step key={`${step.at} ${at}`} step={step} />
        ))}
      </ol>
    </Dialog>
  );
}

function Step({ step }: { step: HistoryEntry }) {
  const fields = fieldsOf(step);
  const where = historyWords.where(step);
  const list = (
    <dl className="history-fields">
      {fields.map((field) => (
        <div key={field.name}>
          <dt>{field.name}</dt>
          <dd>
            <ins>{field.new}</ins>
            {step.operation === 'insert' ? null : (
              <>
                {' '}
                <span className="dim">{historyWords.was}</span> <del>{field.old}</del>
              </>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
  return (
    <li>
      <p className="history-head">
        <b>{step.author}</b>
        <span className="grow">
          {historyWords.what(step.operation)}
          {where === '' ? null : <span className="dim"> {where}</span>}
        </span>
        <time dateTime={step.at}>{momentText(step.at)}</time>
      </p>
      {fields.length === 0 ? null : step.operation === 'insert' ? (
        <details>
          <summary>{historyWords.fields(fields.length)}</summary>
          {list}
        </details>
      ) : (
        list
      )}
    </li>
  );
}

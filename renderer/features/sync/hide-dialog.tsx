import type { EntityName } from '../../../db/catalogue/catalogue.ts';
import type { HideableValue } from '../../../preload/contract/leaving.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { createStore, useStore } from '../../data/store.ts';
import { historyWords } from '../../messages/history.ts';
import { leavingWords } from '../../messages/leaving.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNotice } from '../../ui/states.tsx';
import { valueText } from '../history/history-values.ts';

interface Asked {
  readonly entity: EntityName;
  readonly id: string;
  /** What the row is called where people see it. */
  readonly name: string;
}

const asked = createStore<Asked | null>(null);

/** Asks which of a row's values others are to see. */
export function showHiding(row: Asked): void {
  asked.set(row);
}

/** Shows what others see of a row wherever that is asked for in the window. */
export function HidingHost() {
  const row = useStore(asked);
  return row === null ? null : <HideDialog row={row} onClose={() => asked.set(null)} />;
}

function HideDialog({ row: { entity, id, name }, onClose }: { row: Asked; onClose: () => void }) {
  const client = useClient();
  const { data, failure } = useQuery(queries.hideable(entity, id));
  const { busy, error, submit } = useSubmit();
  const problem = failure?.message ?? error;
  const hide = ({ column, hidden }: HideableValue) =>
    submit(async () => {
      await client.sync.hide({ entity, id, columns: [column], hidden: !hidden });
    });
  return (
    <Dialog title={leavingWords.hideTitle(name)} wide onClose={onClose}>
      <p className="note">{leavingWords.hideLead}</p>
      {problem === undefined ? null : <ErrorNotice message={problem} />}
      {data?.values.length === 0 ? <p className="note">{leavingWords.hideNothing}</p> : null}
      <ul className="history">
        {data?.values.map((value) => (
          // A button that is disabled while it works would lose the focus, and the keys of the dialog with it.
          <HideLine key={value.column} value={value} onPress={() => (busy ? undefined : void hide(value))} />
        ))}
      </ul>
    </Dialog>
  );
}

function HideLine({
  value: { column, value, hidden, mayHide },
  onPress,
}: {
  value: HideableValue;
  onPress: () => void;
}) {
  const field = historyWords.field(column);
  return (
    <li>
      <div className="row">
        <b>{field}</b>
        <span className="grow dim">{hidden ? leavingWords.isHidden : ''}</span>
        {mayHide ? (
          <Button label={hidden ? leavingWords.showOf(field) : leavingWords.hideOf(field)} onPress={onPress}>
            {hidden ? leavingWords.showValue : leavingWords.hideValue}
          </Button>
        ) : null}
      </div>
      <p>{valueText(value)}</p>
      {mayHide ? null : <p className="note">{leavingWords.notYours}</p>}
    </li>
  );
}

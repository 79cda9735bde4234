import { InsertedCells } from '../../core/inserted-cells.ts';
import { applyEntry, emptyRow, type RowState } from '../../core/row-state.ts';
import { hashOfText, rowText } from '../../core/row-wire.ts';
import type { ExchangedEntry, ExchangedTransaction } from '../../protocol/exchange.ts';
import type { FeedEnvironment } from './environment.ts';

/** A row's text and its hash, as they are stored. */
export interface RowForm {
  readonly text: string;
  readonly hash: string;
}

/** Puts a row into the form in which it is stored, under a new salt (P28). */
export function rowForm(state: RowState, { salt, sha256 }: FeedEnvironment): RowForm {
  const text = rowText(state, salt());
  return { text, hash: hashOfText(text, sha256) };
}

/**
 * Forms of rows as their inserts alone make them, as nearly every new row is: they follow from a push by itself, and can be made before the
 * database is asked what else there is. A form is taken only for the row that it was made of; another place in the order, another
 * scope or another write, and it is not.
 */
export class FormsAhead {
  readonly #made = new Map<string, { readonly state: RowState; readonly form: RowForm }>();
  readonly #environment: FeedEnvironment;

  constructor(environment: FeedEnvironment) {
    this.#environment = environment;
  }

  /** Makes the forms of a transaction's inserts. What is wrong with a transaction is judged where it is applied. */
  make({ stamp, author, entries }: ExchangedTransaction): void {
    for (const entry of entries) {
      const state = insertedBy(entry, { stamp, author });
      if (state !== undefined) this.#made.set(state.id, { state, form: rowForm(state, this.#environment) });
    }
  }

  /** The form that was made of exactly this row; undefined where none was. */
  of(state: RowState): RowForm | undefined {
    const made = this.#made.get(state.id);
    return made !== undefined && isSameInsert(made.state, state) ? made.form : undefined;
  }
}

function insertedBy(
  entry: ExchangedEntry,
  origin: { readonly stamp: string; readonly author: string },
): RowState | undefined {
  if (entry.op !== 'insert' || entry.withheld !== undefined) return undefined;
  if (InsertedCells.of(entry.entity, entry.values, origin) === undefined) return undefined;
  return applyEntry(emptyRow(entry.entity, entry.row, entry.scope), entry, origin);
}

function isSameInsert(a: RowState, b: RowState): boolean {
  if (!(a.cells instanceof InsertedCells && b.cells instanceof InsertedCells)) return false;
  const stamp = a.insert?.stamp;
  return (
    stamp !== undefined &&
    a.cells.isSameAs(b.cells) &&
    a.entity === b.entity &&
    a.id === b.id &&
    a.scope === b.scope &&
    !b.purged &&
    b.insert?.stamp === stamp &&
    b.insert.columns === a.insert?.columns &&
    b.writers.size === 1 &&
    b.writers.get(stamp)?.author === a.writers.get(stamp)?.author
  );
}

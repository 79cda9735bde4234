import type { Json } from '../../catalogue/types.ts';
import type { CellState, Write } from '../../../sync/core/cell.ts';
import { columnsByNumber, parseCell } from '../../../sync/core/cell-name.ts';
import type { RowState, Writer } from '../../../sync/core/row-state.ts';
import type { ExchangedEntry, ExchangedTransaction } from '../../../sync/protocol/exchange.ts';

/**
 * A file names its person by the author id that it was made with; the wire names people by their user ids (D1). The two forms of the
 * one person of this file are exchanged at the border; everybody else keeps the name that they came with.
 */
export interface Person {
  readonly author: string;
  readonly user: string;
}

/** An id as the log writes it. */
export function bare(id: string): string {
  return id.replaceAll('-', '');
}

function namesPerson(entity: number, cell: string | number): boolean {
  return columnsByNumber(entity).get(parseCell(cell).n)?.spec.references === 'authors';
}

/** A transaction with its author, and every column that names a person, as the wire names people. */
export function asUser(transaction: ExchangedTransaction, person: Person): ExchangedTransaction {
  const [author, user] = [bare(person.author), bare(person.user)];
  const swap = (entity: number, cell: string | number, value: Json): Json =>
    value === author && namesPerson(entity, cell) ? user : value;
  const entryOf = (entry: ExchangedEntry): ExchangedEntry => {
    if (entry.op === 'insert')
      return { ...entry, values: entry.values.map((value, at) => swap(entry.entity, at + 1, value)) };
    if (entry.op !== 'update') return entry;
    const cells = entry.cells.map((each) => ({ ...each, value: swap(entry.entity, each.cell, each.value) }));
    return { ...entry, cells };
  };
  return {
    ...transaction,
    author: transaction.author === person.author ? person.user : transaction.author,
    entries: transaction.entries.map(entryOf),
  };
}

function holds({ live }: CellState, value: Json): boolean {
  for (const write of live.values()) if (write.value === value) return true;
  return false;
}

/** A row from the wire with this file's person as the file names them. */
export function asAuthor(state: RowState, person: Person): RowState {
  const own = bare(person.user);
  let cells: Map<string, CellState> | undefined;
  for (const [cell, kept] of state.cells) {
    if (!holds(kept, own) || !namesPerson(state.entity, cell)) continue;
    const live = [...kept.live.values()].map((write): [string, Write] => [
      write.stamp,
      write.value === own ? { ...write, value: bare(person.author) } : write,
    ]);
    cells ??= new Map(state.cells);
    cells.set(cell, { ...kept, live: new Map(live) });
  }
  const writers = [...state.writers].map(([stamp, writer]): [string, Writer] => [
    stamp,
    writer.author === person.user ? { ...writer, author: person.author } : writer,
  ]);
  return { ...state, writers: new Map(writers), ...(cells === undefined ? {} : { cells }) };
}

import type { Json } from '../../db/catalogue/types.ts';
import type { RowContent, WireCell, WireWrite } from '../protocol/row-state.ts';
import { type CellState, emptyCell, type Write } from './cell.ts';
import { InsertedCells } from './inserted-cells.ts';
import type { RowState, Writer } from './row-state.ts';
import type { Stamp } from './stamp.ts';
import { canonicalText } from './value.ts';

/** SHA-256 of a text as hexadecimal digits; the caller's, because this part has no runtime. */
export type Sha256 = (text: string) => string;

function isPlain(cell: CellState): boolean {
  return cell.live.size === 1 && cell.superseded.size + cell.demoted.size + cell.dismissed.size === 0;
}

/** A row's state in the form in which it travels and is stored. Equal states have equal forms. */
export function encodeRow(row: RowState): RowContent {
  const cells = [...row.cells]
    .filter(([, cell]) => cell !== emptyCell)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const stamps = new Set(cells.flatMap(([, cell]) => [...cell.live.keys()]));
  if (row.insert !== undefined) stamps.add(row.insert.stamp);
  const order = [...stamps].toSorted();
  const indexes = new Map(order.map((stamp, index) => [stamp, index]));
  const index = (stamp: Stamp) => indexes.get(stamp) ?? 0;
  return {
    cells: Object.fromEntries(cells.map(([name, cell]) => [name, encodeCell(cell, index)])),
    e: row.entity,
    i: row.id,
    ...(row.insert === undefined
      ? {}
      : { n: [index(row.insert.stamp), row.insert.columns] as [number, number] }),
    sc: row.scope,
    st: row.purged ? 'purged' : 'live',
    t: order.map((stamp) => encodeWriter(stamp, row.writers.get(stamp))),
  };
}

function encodeWriter(stamp: Stamp, writer: Writer | undefined): RowContent['t'][number] {
  if (writer === undefined) throw new RangeError(`The row names ${stamp}, whose writer it does not.`);
  return writer.at === undefined ? [stamp, writer.author] : [stamp, writer.author, writer.at];
}

function encodeCell(cell: CellState, index: (stamp: Stamp) => number): WireCell {
  const writes = [...cell.live.values()].toSorted((a, b) => (a.stamp < b.stamp ? -1 : 1));
  const [only] = writes;
  const encoded = writes.map((write) => encodeWrite(write, index));
  if (isPlain(cell) && only !== undefined && encoded[0]?.length === 2) return [index(only.stamp), only.value];
  return {
    ...(cell.dismissed.size === 0 ? {} : { ds: [...cell.dismissed].toSorted() }),
    ...(cell.demoted.size === 0 ? {} : { dm: [...cell.demoted].toSorted() }),
    l: encoded,
    ...(cell.superseded.size === 0 ? {} : { su: [...cell.superseded].toSorted() }),
  };
}

function encodeWrite(write: Write, index: (stamp: Stamp) => number): WireWrite {
  const extra = {
    ...(write.over === undefined ? {} : { over: write.over }),
    ...(write.saw === undefined ? {} : { saw: [...write.saw].toSorted() }),
    ...(write.was === undefined ? {} : { was: write.was }),
  };
  return Object.keys(extra).length === 0
    ? [index(write.stamp), write.value]
    : [index(write.stamp), write.value, extra];
}

/** A row's state from its form on the wire. Throws RangeError where a cell names a writer that is not listed. */
export function decodeRow(content: RowContent): RowState {
  const writers = new Map(
    content.t.map(([stamp, author, at]): [Stamp, Writer] => [
      stamp,
      at === undefined ? { author } : { author, at },
    ]),
  );
  const stampAt = (index: number): Stamp => {
    const stamp = content.t[index]?.[0];
    if (stamp === undefined) throw new RangeError(`The row names writer ${index}, which it does not list.`);
    return stamp;
  };
  const isOrdered = content.t.some((writer) => writer.length === 3);
  const decode = ([index, value, extra]: WireWrite): [Stamp, Write] => {
    const stamp = stampAt(index);
    // Nearly every write is a stamp and a value.
    if (!isOrdered && extra === undefined && (value === null || typeof value !== 'object'))
      return [stamp, { stamp, value }];
    const at = writers.get(stamp)?.at;
    const masked =
      isMarker(value) || (Array.isArray(value) && value.length === 1 && isMarker(value[0] as Json));
    return [
      stamp,
      {
        stamp,
        value,
        ...(at === undefined ? {} : { at }),
        ...(masked ? { masked: true as const } : {}),
        ...(extra?.over === undefined ? {} : { over: extra.over }),
        ...(extra?.was === undefined ? {} : { was: extra.was }),
        ...(extra?.saw === undefined ? {} : { saw: extra.saw }),
      },
    ];
  };
  const cells = new Map<string, CellState>();
  for (const name of Object.keys(content.cells)) {
    const cell = content.cells[name];
    if (Array.isArray(cell)) cells.set(name, writtenOnce(decode(cell as WireWrite)));
    else if (cell !== undefined)
      cells.set(name, {
        live: new Map(cell.l.map(decode)),
        superseded: new Set(cell.su),
        demoted: new Set(cell.dm),
        dismissed: new Set(cell.ds),
      });
  }
  return {
    entity: content.e,
    id: content.i,
    scope: content.sc,
    purged: content.st === 'purged',
    insert: content.n === undefined ? undefined : { stamp: stampAt(content.n[0]), columns: content.n[1] },
    writers,
    cells,
  };
}

function writtenOnce([stamp, write]: readonly [Stamp, Write]): CellState {
  const { superseded, demoted, dismissed } = emptyCell;
  return { live: new Map([[stamp, write]]), superseded, demoted, dismissed };
}

/**
 * The text that a row's hash covers, and that the server keeps: what `canonicalText` makes of the row's form on the wire, put together
 * directly because every row of every push goes through here. `salt` stands in what is kept and sent whole: without it nobody can try
 * whether a hash is that of a value which they guess (P28).
 */
export function rowText(row: RowState, salt?: string): string {
  const order = stampsOf(row);
  const index = (stamp: Stamp) => order.indexOf(stamp);
  const cells = row.cells instanceof InsertedCells ? row.cells.text() : cellsText(row.cells, index);
  const inserted = row.insert === undefined ? '' : `"n":[${index(row.insert.stamp)},${row.insert.columns}],`;
  const writers = order.map((stamp) => JSON.stringify(encodeWriter(stamp, row.writers.get(stamp))));
  const salted = salt === undefined ? '' : `,"x":"${salt}"`;
  return `{"cells":{${cells}},"e":${row.entity},"i":"${row.id}",${inserted}"sc":${JSON.stringify(row.scope)},"st":"${row.purged ? 'purged' : 'live'}","t":[${writers.join(',')}]${salted}}`;
}

function cellsText(cells: RowState['cells'], index: (stamp: Stamp) => number): string {
  let text = '';
  for (const name of [...cells.keys()].toSorted()) {
    const cell = cells.get(name) ?? emptyCell;
    if (cell === emptyCell) continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${cellText(cell, index)}`;
  }
  return text;
}

/** The stamps of a row's insert and live writes in their order. Most rows are their insert alone. */
function stampsOf(row: RowState): Stamp[] {
  if (row.insert !== undefined && row.writers.size === 1) return [row.insert.stamp];
  const stamps = new Set<Stamp>();
  for (const cell of row.cells.values()) for (const stamp of cell.live.keys()) stamps.add(stamp);
  if (row.insert !== undefined) stamps.add(row.insert.stamp);
  return [...stamps].toSorted();
}

function cellText(cell: CellState, index: (stamp: Stamp) => number): string {
  if (isPlain(cell)) {
    for (const { stamp, value, over, saw, was } of cell.live.values()) {
      if (over === undefined && saw === undefined && was === undefined)
        return `[${index(stamp)},${canonicalText(value)}]`;
    }
  }
  return canonicalText(encodeCell(cell, index) as Json);
}

/** The hash of a row's version: the first 128 bits of the SHA-256 of its text. */
export function hashOfText(text: string, sha256: Sha256): string {
  return sha256(text).slice(0, 32);
}

/** What stands in place of a value that the reader may not see: `{"$r": version of the policy}`. It is never written back (MR25). */
export function isMarker(value: Json): boolean {
  return value !== null && typeof value === 'object' && !Array.isArray(value) && Object.hasOwn(value, '$r');
}

/** True where a marker stands anywhere in a value. */
export function holdsMarker(value: Json): boolean {
  if (value === null || typeof value !== 'object') return false;
  if (isMarker(value)) return true;
  return Object.values(value).some((item: Json) => holdsMarker(item));
}

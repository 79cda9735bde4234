import { lifeCell } from '../../core/cell-name.ts';
import type { Stamp } from '../../core/stamp.ts';
import type { ExchangedEntry } from '../../protocol/exchange.ts';
import { namesRow } from './check-values.ts';
import type { RefusedWrite } from './store.ts';

/** The name under which a refused insert stands among refused writes. */
const insertCell = '+';

/**
 * Refused writes of the rows at hand. A base that names one also stands for what that one replaced and had seen (MR24): added, never
 * put in its place, because a restored server may accept it yet.
 */
export class RefusedWrites {
  readonly #known = new Map<string, RefusedWrite>();
  readonly #inserts = new Set<string>();
  readonly #added: RefusedWrite[] = [];

  constructor(known: readonly RefusedWrite[]) {
    for (const write of known) this.#learn(write);
  }

  get isEmpty(): boolean {
    return this.#known.size === 0;
  }

  /** True where the insert of a row was refused. */
  hasInsert(entity: number, id: string): boolean {
    return this.#inserts.has(`${entity} ${id}`);
  }

  /** Remembers what a refused transaction would have written. */
  add(stamp: Stamp, entries: readonly ExchangedEntry[]): void {
    for (const entry of entries.filter(namesRow)) {
      for (const write of writesOf(entry)) {
        // A name that no table can hold is named by no base either.
        if (write.cell.includes('\u0000') || !write.cell.isWellFormed()) continue;
        const refused = { entity: entry.entity, id: entry.row, stamp, ...write };
        this.#added.push(refused);
        this.#learn(refused);
      }
    }
  }

  added(): readonly RefusedWrite[] {
    return this.#added;
  }

  /** An entry whose bases and seen stamps also name what refused writes among them stood for. */
  expand<E extends ExchangedEntry>(entry: E): E {
    if (this.isEmpty) return entry;
    if (entry.op === 'update') {
      const cells = entry.cells.map((write) => {
        const { base, seen } = this.#follow(entry, String(write.cell), write.base, write.seen ?? []);
        return { ...write, base, ...(seen.length === 0 ? {} : { seen }) };
      });
      return { ...entry, cells };
    }
    if (entry.op === 'delete' || entry.op === 'restore') {
      return { ...entry, base: this.#follow(entry, lifeCell, entry.base, []).base };
    }
    return entry;
  }

  #follow(
    { entity, row }: ExchangedEntry,
    cell: string,
    base: readonly Stamp[],
    seen: readonly Stamp[],
  ): { base: Stamp[]; seen: Stamp[] } {
    const bases = new Set(base);
    const marks = new Set(seen);
    // A set's iteration reaches what is added on the way: chains of refused writes are followed to their end.
    for (const stamp of bases) {
      const refused = this.#known.get(`${entity} ${row} ${cell} ${stamp}`);
      for (const each of refused?.base ?? []) bases.add(each);
      for (const each of refused?.seen ?? []) marks.add(each);
    }
    return { base: [...bases], seen: [...marks] };
  }

  #learn(write: RefusedWrite): void {
    if (write.cell === insertCell) this.#inserts.add(`${write.entity} ${write.id}`);
    this.#known.set(`${write.entity} ${write.id} ${write.cell} ${write.stamp}`, write);
  }
}

type Written = Pick<RefusedWrite, 'cell' | 'base' | 'seen'>;

function writesOf(entry: ExchangedEntry): Written[] {
  switch (entry.op) {
    case 'update':
      return entry.cells.map(({ cell, base, seen }) => ({ cell: String(cell), base, seen: seen ?? [] }));
    case 'delete':
    case 'restore':
      return [{ cell: lifeCell, base: entry.base, seen: [] }];
    case 'insert':
      return [{ cell: insertCell, base: [], seen: [] }];
    case 'dismiss':
    case 'purge':
      return [];
  }
}

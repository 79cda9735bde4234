import { entityNames, entitySpec } from '../../db/catalogue/catalogue.ts';
import type { Json } from '../../db/catalogue/types.ts';
import { loadCell, placeOf } from '../../db/replica/exchange/cell-store.ts';
import { idToBlob } from '../../db/replica/rows/ids.ts';
import { loggedColumns } from '../../db/replica/schema/physical.ts';
import type { ReadableDb } from '../../db/replica/sqlite/open.ts';
import { makesConflicts, openConflicts, winner } from '../../sync/core/kinds.ts';
import type { Stamp } from '../../sync/core/stamp.ts';
import { sameValue } from '../../sync/core/value.ts';
import type { ExchangedEntry, ExchangedTransaction } from '../../sync/protocol/exchange.ts';

const byNumber = new Map(entityNames.map((name) => [entitySpec(name).n, name]));

interface PublishedWrite {
  readonly entity: number;
  readonly row: string;
  readonly cell: string;
  readonly stamp: Stamp;
  readonly base: readonly Stamp[];
}

/** The cells that an entry writes, each with its base. */
function writesOf(entry: ExchangedEntry): { cell: string; base: readonly Stamp[] }[] {
  switch (entry.op) {
    case 'update':
      return entry.cells.map(({ cell, base }) => ({ cell: String(cell), base }));
    case 'delete':
    case 'restore':
      return [{ cell: '@', base: entry.base }];
    case 'insert': {
      const entity = byNumber.get(entry.entity);
      const columns = entity === undefined ? [] : loggedColumns(entity);
      const cells = columns.flatMap(({ spec }) => {
        const value = entry.values[spec.n - 1] ?? null;
        if (spec.merge !== 'map') return [String(spec.n)];
        return Object.keys((value ?? {}) as Record<string, Json>).map((key) => `${spec.n}/${key}`);
      });
      return ['@', ...cells].map((cell) => ({ cell, base: [] }));
    }
    case 'dismiss':
    case 'purge':
      return [];
  }
}

/**
 * Published writes that a file does not account for in exactly one place (MR29): shown or equal to what is shown, superseded by
 * a write that names it, an open conflict, dismissed by a person, purged, or overruled without a record by its kind. Which
 * writes are superseded, dismissed and purged is read from what was published, not from what the file made of it.
 */
export function unaccounted(db: ReadableDb, published: readonly ExchangedTransaction[]): string[] {
  const entries = published.flatMap(({ stamp, entries: each }) => each.map((entry) => ({ stamp, entry })));
  const purged = new Set(entries.filter(({ entry }) => entry.op === 'purge').map(({ entry }) => entry.row));
  const writes = entries.flatMap(({ stamp, entry }): PublishedWrite[] =>
    writesOf(entry).map((write) => ({ ...write, stamp, entity: entry.entity, row: entry.row })),
  );
  const superseded = new Set(
    writes.flatMap(({ row, cell, base }) => base.map((stamp) => `${row} ${cell} ${stamp}`)),
  );
  const dismissed = new Set(
    entries.flatMap(({ entry }) =>
      entry.op === 'dismiss' ? entry.stamps.map((stamp) => `${entry.row} ${entry.cell} ${stamp}`) : [],
    ),
  );
  return writes
    .filter(({ row }) => !purged.has(row))
    .flatMap((write) => {
      const name = `${write.row} ${write.cell} ${write.stamp}`;
      const places = placesOf(db, write, superseded.has(name), dismissed.has(name));
      return places.length === 1 ? [] : [`${name} is ${places.join(' and ') || 'nowhere'}`];
    });
}

function placesOf(db: ReadableDb, write: PublishedWrite, superseded: boolean, dismissed: boolean): string[] {
  const entity = byNumber.get(write.entity);
  if (entity === undefined) return ['of a newer build'];
  const place = placeOf(entity, idToBlob(write.row), write.cell);
  const cell = loadCell(db, place);
  const own = cell.live.get(write.stamp);
  const places = superseded ? ['superseded'] : [];
  if (own === undefined) return places;
  const shown = winner(cell, place.rule);
  const open = openConflicts(cell, place.rule).some(({ stamp }) => stamp === write.stamp);
  if (write.cell === '@' || !makesConflicts(place.rule)) places.push('settled by its kind');
  else if (shown !== undefined && sameValue(shown.value, own.value)) places.push('shown');
  else if (open) places.push('an open conflict');
  else if (dismissed) places.push('dismissed');
  return places;
}

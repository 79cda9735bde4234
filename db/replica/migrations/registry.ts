import { initial } from './0001/initial.ts';
import { forgettingIndexes } from './0002/forgetting-indexes.ts';
import { erasedRows } from './0003/erased-rows.ts';
import { keptCells } from './0004/kept-cells.ts';

/**
 * One step of the schema. `statements` run in one transaction with the version; a released step is never changed.
 * Triggers that capture changes are not part of a step: they are made anew after the last one.
 */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly statements: readonly string[];
}

/** Every step, in order, without gaps. */
export const migrations: readonly Migration[] = [initial, forgettingIndexes, erasedRows, keptCells];

/** The version that this build writes. */
export const schemaVersion = migrations.length;

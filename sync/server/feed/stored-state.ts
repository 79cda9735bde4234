import type { RowState } from '../../core/row-state.ts';
import { decodeRow } from '../../core/row-wire.ts';
import type { RowContent } from '../../protocol/row-state.ts';

/** What a stored text says of its row. */
export function storedState({ state }: { readonly state: string }): RowState {
  return decodeRow(JSON.parse(state) as RowContent);
}

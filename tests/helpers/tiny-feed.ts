import { createHash } from 'node:crypto';
import type { Page } from '../../db/replica/sync/apply-page.ts';
import { asUser } from '../../db/replica/sync/people.ts';
import { exportTransactions } from '../../db/replica/exchange/export.ts';
import type { OpenWorkspace } from '../../db/replica/workspace/workspace.ts';
import { applyEntry, emptyRow, type RowState } from '../../sync/core/row-state.ts';
import { encodeRow, hashOfText, rowText } from '../../sync/core/row-wire.ts';
import { wireScope } from '../../sync/core/scope.ts';
import type { ExchangedTransaction } from '../../sync/protocol/exchange.ts';
import type { RowLine } from '../../sync/protocol/row-state.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** The least that a server does: joins transactions into rows, numbers the rows, and hands out pages. */
export class TinyFeed {
  readonly rows = new Map<string, { state: RowState; seq: number }>();
  readonly bodies: Record<string, string> = {};
  #seq = 0;
  readonly #given = new Map<OpenWorkspace, number>();

  /** Takes in everything new of a workspace as this user's work. */
  take(workspace: OpenWorkspace, user: string): void {
    const { db, author } = workspace.replica;
    for (const { txn, transaction } of exportTransactions(db, this.#given.get(workspace) ?? 0)) {
      this.#given.set(workspace, txn);
      this.join(asUser(transaction, { author, user }), user);
    }
  }

  join(transaction: ExchangedTransaction, user: string): void {
    const { stamp, author } = transaction;
    Object.assign(this.bodies, transaction.bodies);
    for (const entry of transaction.entries) {
      const scope = wireScope(entry.scope, user);
      const kept = this.rows.get(entry.row)?.state ?? emptyRow(entry.entity, entry.row, scope);
      const state = applyEntry(kept, { ...entry, scope }, { stamp, author }, () => true);
      this.#seq += 1;
      this.rows.set(entry.row, { state, seq: this.#seq });
    }
  }

  /** Every row above a number as one page. */
  page(after = 0, lastMutation = 0): Page {
    const rows = [...this.rows.values()].filter(({ seq }) => seq > after).toSorted((a, b) => a.seq - b.seq);
    const scopes = new Set(rows.map(({ state }) => state.scope));
    return {
      rows: rows.map(({ state, seq }) => lineOf(state, seq)),
      bodies: this.bodies,
      trailer: {
        next: Object.fromEntries([...scopes].map((scope) => [scope, String(this.#seq)])),
        more: false,
        lastMutation: String(lastMutation),
      },
    };
  }

  get seq(): number {
    return this.#seq;
  }
}

/** A row's state as a line of a page. */
export function lineOf(state: RowState, seq: number): RowLine {
  return { ...encodeRow(state), s: String(seq), h: hashOfText(rowText(state), sha256) };
}

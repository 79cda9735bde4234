import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { entityNames } from '../../db/catalogue/catalogue.ts';
import type { Id } from '../../db/catalogue/rows.ts';
import type { Json } from '../../db/catalogue/types.ts';
import { applyTransaction } from '../../db/replica/exchange/apply.ts';
import { bySession, convertText } from '../../db/replica/exchange/convert-text.ts';
import { dismissConflicts, listConflicts, pickValue } from '../../db/replica/exchange/conflicts.ts';
import { exportTransactions } from '../../db/replica/exchange/export.ts';
import { purge } from '../../db/replica/log/purge.ts';
import { undo } from '../../db/replica/log/undo.ts';
import { judge, readJudgement, readSet, replaceSet } from '../../db/replica/rows/elements.ts';
import { getRow, listRows } from '../../db/replica/rows/read.ts';
import { writeText } from '../../db/replica/rows/text.ts';
import { insertRow, removeRow, restoreRow, updateRow } from '../../db/replica/rows/write.ts';
import { loggedColumns } from '../../db/replica/schema/physical.ts';
import { transact } from '../../db/replica/transaction/transact.ts';
import { closeWorkspace, createWorkspace, type OpenWorkspace } from '../../db/replica/workspace/workspace.ts';
import type { Mutants } from '../../sync/core/mutants.ts';
import { placeAt } from '../../sync/core/order-key.ts';
import { encodeStamp } from '../../sync/core/stamp.ts';
import type { ExchangedTransaction } from '../../sync/protocol/exchange.ts';
import { unaccounted } from './accounted.ts';

/** A small seeded generator (mulberry32): the same seed gives the same history. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Device {
  readonly workspace: OpenWorkspace;
  /** Numbers of transactions in the hub that this device has been given. */
  readonly given: Set<number>;
  exported: number;
  clock: number;
}

/** How wrong each device's clock is: one ten years ahead; the others frozen, apart by thirty years or at the same instant, by the seed. */
const offsets = (seed: number) => [0, 315_360_000_000, seed % 2 === 0 ? 0 : -946_684_800_000];
const start = Date.UTC(2026, 0, 1);

/** Three replicas on real SQLite, and a hub that keeps what each has published. Nothing else passes between them. */
export class Hub {
  readonly devices: Device[];
  readonly #folder = mkdtempSync(join(tmpdir(), 'hub-'));
  readonly #published: ExchangedTransaction[] = [];
  readonly #random: () => number;
  readonly #mutants: Mutants;
  readonly #rows: Id[] = [];
  readonly trace: string[] = [];
  #session: Id = '';
  #newer = 0;
  readonly #newerStamps = new Map<Id, string[]>();

  constructor(seed: number, mutants: Mutants) {
    this.#random = seeded(seed);
    this.#mutants = mutants;
    this.devices = offsets(seed).map((offset, at) => {
      const device: Device = {
        workspace: undefined as unknown as OpenWorkspace,
        given: new Set(),
        exported: 0,
        clock: start + offset,
      };
      const now = () => (at === 1 ? (device.clock += 1000) : device.clock);
      const workspace = createWorkspace({
        folder: join(this.#folder, String(at)),
        name: 'W',
        authorName: `P${at}`,
        now,
      });
      const session = `5eed${at}${seed.toString(16).padStart(11, '0')}`;
      return Object.assign(device, {
        workspace: { ...workspace, replica: { ...workspace.replica, session } },
      });
    });
  }

  close(): void {
    for (const { workspace } of this.devices) closeWorkspace(workspace);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.#random() * items.length)];
  }

  #publish(device: Device): void {
    for (const { txn, transaction } of exportTransactions(device.workspace.replica.db, device.exported)) {
      device.exported = txn;
      // The wire is text: what does not survive JSON does not arrive.
      device.given.add(
        this.#published.push(JSON.parse(JSON.stringify(transaction)) as ExchangedTransaction) - 1,
      );
    }
  }

  /** Gives a device some of what it lacks, in any order, now and then twice. */
  #deliver(device: Device, share: number): void {
    const lacking = [...this.#published.keys()].filter(
      (at) => !device.given.has(at) || this.#random() < 0.05,
    );
    const order = lacking
      .filter(() => this.#random() < share)
      .map((at) => [this.#random(), at] as const)
      .toSorted((a, b) => a[0] - b[0]);
    for (const [, at] of order) {
      const transaction = this.#published[at];
      if (transaction === undefined) continue;
      // A device does not hear its own work back: it is in its log.
      if (transaction.replica !== device.workspace.replica.replicaId) {
        applyTransaction(device.workspace.replica, transaction, this.#mutants);
      }
      device.given.add(at);
    }
  }

  /** The session that everybody works in reaches everybody first. */
  begin(): void {
    const [first] = this.devices;
    if (first === undefined) return;
    this.#session = transact(first.workspace.replica, { command: 'session' }, (tx) =>
      insertRow(tx, 'research_sessions', { title: 'S', research_question: 'Q?' }),
    ).result;
    for (let at = 0; at < 2; at += 1) this.#add(first);
    this.settle();
  }

  /** A device with a newer build writes a column that nobody here knows: it has to be kept, and to arrive everywhere. */
  #publishNewer(): void {
    const row = this.#pick(this.#rows);
    if (row === undefined) return;
    this.#newer += 1;
    const stamp = encodeStamp({ milliseconds: start + this.#newer, counter: 0, session: '00000000000000ff' });
    const replica = '00000000-0000-7000-8000-0000000000ff';
    const base = this.#newerStamps.get(row) ?? [];
    this.#newerStamps.set(row, [stamp]);
    this.#published.push({
      v: 1,
      stamp,
      command: 'newer',
      origin: 'local',
      author: replica,
      replica,
      schemaVersion: 2,
      entries: [
        {
          op: 'update',
          entity: 6,
          row,
          scope: `session:${this.#session}`,
          cells: [{ cell: 200, value: `n${this.#newer}`, base }],
        },
      ],
      bodies: {},
    });
  }

  /** One random step of one random device. */
  step(): void {
    const device = this.#pick(this.devices);
    if (device === undefined) return;
    const dice = this.#random();
    if (dice < 0.04) {
      this.#publishNewer();
      return;
    }
    if (dice < 0.25) {
      this.#publish(device);
      return;
    }
    if (dice < 0.45) {
      this.#deliver(device, 0.7);
      return;
    }
    try {
      this.#work(device);
    } catch (error) {
      // Commands refuse what may not be done, such as editing what is in the trash; anything else is a fault.
      if (!(error instanceof Error) || error.name !== 'InputError') throw error;
    }
  }

  #add(device: Device): void {
    const { replica } = device.workspace;
    const id = transact(replica, { command: 'add' }, (tx) =>
      insertRow(tx, 'evidence', {
        session_id: this.#session,
        title: `t${this.#rows.length}`,
        metadata: { k: 0 },
      }),
    ).result;
    this.#rows.push(id);
  }

  #work(device: Device): void {
    const { replica, layout } = device.workspace;
    const known = this.#rows.filter((id) => getRow(replica.db, 'evidence', id) !== undefined);
    const id = this.#pick(known);
    // A fourth of all work is on one cell of one of the first rows: conflicts on conflicts need it.
    const drawn = Math.floor(this.#random() * 32);
    const kind = drawn >= 25 ? 3 : drawn;
    this.trace.push(`${this.devices.indexOf(device)} ${kind} ${id?.slice(-4) ?? '-'}`);
    if (id === undefined || kind === 0) {
      this.#add(device);
      return;
    }
    const word = `w${Math.floor(this.#random() * 4)}`;
    const conflict = this.#pick(
      listConflicts(replica.db, id).toSorted((a, b) => (a.column + a.stamp < b.column + b.stamp ? -1 : 1)),
    );
    if (kind === 1 && getRow(replica.db, 'evidence', id)?._deleted === true) {
      purge(replica, [{ entity: 'evidence', id }], () => undefined, layout.purgeLedger);
      return;
    }
    if (kind === 2) {
      undo(replica);
      return;
    }
    const grade = this.#pick(['A', 'B', null]) ?? null;
    let visible = (): boolean => true;
    if (kind >= 23) {
      this.#place(device);
      return;
    }
    transact(replica, { command: `c${kind}`, ...(kind === 18 ? { pick: true } : {}) }, (tx) => {
      const row = () => getRow(replica.db, 'evidence', id);
      if (kind <= 6) {
        updateRow(tx, 'evidence', id, { title: word });
        visible = () => row()?.title === word;
      } else if (kind <= 8) {
        updateRow(tx, 'evidence', id, { metadata: { ...(row()?.metadata as object), [word]: kind } });
        visible = () => (row()?.metadata as Record<string, Json> | undefined)?.[word] === kind;
      } else if (kind <= 10) {
        replaceSet(tx, 'evidence', id, 'tags', [word, 'always']);
        visible = () => readSet(replica.db, id, 'tags').join() === ['always', word].join();
      } else if (kind === 11) {
        replaceSet(tx, 'evidence', id, 'tags', []);
        visible = () => readSet(replica.db, id, 'tags').length === 0;
      } else if (kind === 12) {
        judge(tx, 'evidence', id, 'reliability', grade);
        visible = () => this.#own(device, id) === grade;
      } else if (kind <= 14) {
        removeRow(tx, 'evidence', id);
        visible = () => row()?._deleted === true;
      } else if (kind === 15) {
        restoreRow(tx, 'evidence', id);
        visible = () => row()?._deleted === false;
      } else if (kind === 16) {
        const words = `${row()?.notes ?? ''}${word} `;
        writeText(tx, 'evidence', id, 'notes', words);
        visible = () => row()?.notes === words;
      } else if (kind === 17 && conflict !== undefined) {
        dismissConflicts(tx, 'evidence', id, conflict.cell, [conflict.stamp]);
        visible = () => listConflicts(replica.db, id).every((open) => open.id !== conflict.id);
      } else if (kind === 18 && conflict !== undefined) {
        pickValue(tx, conflict, conflict.lost);
        visible = () => listConflicts(replica.db, id).every((open) => open.id !== conflict.id);
      } else if (kind === 19) {
        updateRow(tx, 'evidence', id, { language: word, summary: word });
        visible = () => row()?.language === word && row()?.summary === word;
      } else if (kind === 22) {
        convertText(tx, 'evidence', id, 'notes', bySession(replica.session));
      } else if (kind === 20)
        insertRow(
          tx,
          'metadata_tags',
          { artifact_id: id, tag_type: 't', tag_key: 'k', tag_value: word },
          { scope: 'user' },
        );
      else updateRow(tx, 'evidence', id, { source_name: word });
    });
    if (!visible()) throw new Error('what the command did is not to be seen');
  }

  /** Puts a new claim somewhere into the session's list, or an old one somewhere else. */
  #place(device: Device): void {
    const { replica } = device.workspace;
    const listed = (): { id: Id; position: string }[] =>
      listRows(replica.db, 'research_claims', {
        orderBy: 'research_claims.position, research_claims.id',
      }).map(({ id, position }) => ({ id, position: position ?? '' }));
    const moving = this.#random() < 0.4 ? this.#pick(listed()) : undefined;
    const list = listed().filter(({ id }) => id !== moving?.id);
    const at = Math.floor(this.#random() * (list.length + 1));
    const { key, moved } = placeAt(
      list.map(({ position }) => position),
      at,
    );
    const id = transact(replica, { command: 'place' }, (tx) => {
      for (const [place, position] of moved) {
        const row = list[place];
        if (row !== undefined) updateRow(tx, 'research_claims', row.id, { position });
      }
      if (moving === undefined)
        return insertRow(tx, 'research_claims', {
          session_id: this.#session,
          claim_text: 'C',
          position: key,
        });
      updateRow(tx, 'research_claims', moving.id, { position: key });
      return moving.id;
    }).result;
    if (listed()[at]?.id !== id) throw new Error('a row does not stand where it was put');
  }

  /** The grade that a device's own person holds of a row. */
  #own(device: Device, id: Id): Json {
    const { db, author } = device.workspace.replica;
    const { positions } = readJudgement(db, id, 'reliability');
    return positions.find(({ authorId }) => authorId === author)?.value ?? null;
  }

  /** Everything reaches everybody. */
  settle(): void {
    for (const device of this.devices) this.#publish(device);
    for (const device of this.devices) this.#deliver(device, 2);
  }

  /** Every transaction that was published, in the order of its publishing. */
  published(): readonly ExchangedTransaction[] {
    return this.#published;
  }

  /** Writes that the first device does not account for in just one place (MR29). */
  unaccounted(): string[] {
    const [first] = this.devices;
    return first === undefined ? [] : unaccounted(first.workspace.replica.db, this.#published);
  }

  /** What each device holds of the common work, values and conflicts, in a form that can be compared. */
  views(): string[] {
    return this.devices.map(({ workspace }) => viewOf(workspace, `session:${this.#session}`, this.#mutants));
  }

  /**
   * What a file holds that only ever applied what was published, in the order of stamps and without mistakes. It catches mistakes
   * that all replicas make alike.
   */
  reference(): string {
    const folder = join(this.#folder, 'reference');
    const workspace = createWorkspace({ folder, name: 'R', authorName: 'R', now: () => start });
    try {
      const ordered = this.#published.toSorted((a, b) => (a.stamp < b.stamp ? -1 : 1));
      for (const transaction of ordered) applyTransaction(workspace.replica, transaction);
      return viewOf(workspace, `session:${this.#session}`, {});
    } finally {
      closeWorkspace(workspace);
    }
  }
}

function viewOf(workspace: OpenWorkspace, scope: string, mutants: Mutants): string {
  const { db } = workspace.replica;
  const tables = entityNames.map((entity) => {
    const names = [
      'hex(id)',
      '_deleted',
      '_ext',
      ...loggedColumns(entity).map((column) =>
        column.sqlType === 'BLOB' ? `hex("${column.name}")` : `"${column.name}"`,
      ),
    ];
    return db.statements
      .prepare(`SELECT ${names.join(', ')} FROM ${entity} WHERE _scope = ? ORDER BY id`)
      .raw()
      .all(scope);
  });
  const shown = listRows(db, 'evidence', { orderBy: 'evidence.id' }).map((row) => [
    row.id,
    row.tags,
    row.reliability,
    row.notes,
  ]);
  const conflicts = listConflicts(db, undefined, mutants).map((conflict) => [
    conflict.id,
    conflict.column,
    conflict.base,
    conflict.shown,
    conflict.lost,
  ]);
  return JSON.stringify({ tables, shown, conflicts });
}

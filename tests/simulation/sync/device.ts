import { applyMigrations } from '../../../db/replica/migrations/apply.ts';
import { schemaVersion } from '../../../db/replica/migrations/registry.ts';
import { newId } from '../../../db/replica/rows/ids.ts';
import { insertRow } from '../../../db/replica/rows/write.ts';
import type { WritableDb } from '../../../db/replica/sqlite/open.ts';
import { enrol, principalOf } from '../../../db/replica/sync/enrol.ts';
import { takeUpNewlyKnown } from '../../../db/replica/sync/newly-known.ts';
import { readSync } from '../../../db/replica/sync/meta.ts';
import { readMeta, writeMeta } from '../../../db/replica/transaction/meta.ts';
import type { Replica } from '../../../db/replica/transaction/replica.ts';
import { transact } from '../../../db/replica/transaction/transact.ts';
import { policyFrom } from '../../../main/outbound/gate.ts';
import { syncEgress } from '../../../main/outbound/sync-egress.ts';
import { cycle, type CycleReport } from '../../../sync/client/cycle.ts';
import type { Engine, Reply, ServerEffect, StoreEffect } from '../../../sync/client/effects.ts';
import { firstPace, type Pace } from '../../../sync/client/pace.ts';
import { replicaStore } from '../../../sync/client/replica-store.ts';
import type { StoreCalls } from '../../../sync/client/store-calls.ts';
import type { SyncMutants } from '../../../sync/core/sync-mutants.ts';
import type { FailingStatements } from './failing-statements.ts';
import { LaptopFile, leaveFile, takeFile } from './laptop-file.ts';

let template: Buffer | undefined;

/** A file of this schema without rows, as bytes. It is made once in a process. */
function emptyFile(): Buffer {
  if (template !== undefined) return template;
  const file = new LaptopFile();
  applyMigrations(file.db);
  template = file.bytes();
  leaveFile(file);
  return template;
}

export const tenantId = '00000000-0000-7000-8000-00000000aaaa';

/** A message on its way, and what came back for it; nothing yet where it has not arrived. */
export interface OnItsWay {
  readonly message: ServerEffect;
  reply?: Reply;
}

/** One laptop: a real file, its clock, and the cycle of sync that is under way. */
export class Device {
  readonly name: string;
  /** Who signs in here: the file's own person, unless a planted mistake lets another in. */
  user: string;
  readonly #mutants: SyncMutants;
  readonly #session: () => string;
  replica: Replica;
  store: StoreCalls;
  /** Milliseconds that this laptop's clock is wrong by. */
  offset = 0;
  /** The schema of the build that runs here. */
  build = schemaVersion;
  pace: Pace = firstPace;
  running: Engine<CycleReport> | null = null;
  /** What the engine gets at its next step. */
  answer: unknown = undefined;
  /** What the engine has sent and not received for, oldest first. */
  readonly onTheirWay: OnItsWay[] = [];
  last: CycleReport | null = null;
  readonly #now: () => number;
  readonly #file: LaptopFile;

  constructor(
    name: string,
    user: string,
    now: () => number,
    session: () => string,
    mutants: SyncMutants,
    bytes?: Buffer,
  ) {
    this.name = name;
    this.user = user;
    this.#now = now;
    this.#session = session;
    this.#mutants = mutants;
    this.#file = takeFile(bytes ?? emptyFile());
    if (bytes === undefined) this.#mintPerson(this.#file.db);
    this.replica = this.#replicaOf(this.#file.db);
    this.store = this.#storeOf();
    if (bytes === undefined) this.#begin();
  }

  #mintPerson(db: WritableDb): void {
    writeMeta(db, 'author', newId());
    writeMeta(db, 'replica', newId());
  }

  #replicaOf(db: WritableDb): Replica {
    return {
      db,
      replicaId: readMeta(db, 'replica') ?? '',
      session: this.#session(),
      author: readMeta(db, 'author') ?? '',
      schemaVersion: this.build,
      now: () => this.#now() + this.offset,
    };
  }

  #storeOf(): StoreCalls {
    const { replica } = this;
    const egress = () =>
      syncEgress({
        db: replica.db,
        policies: [policyFrom(JSON.parse(readSync(replica.db, 'policy') ?? '{}'))],
        policyVersion: Number(readSync(replica.db, 'policy-version') ?? 0),
        person: { author: replica.author, user: principalOf(replica.db)?.user ?? '' },
        host: 'server',
        now: () => '2026-01-01T00:00:00.000Z',
        mutants: this.#mutants,
      });
    return replicaStore({ replica, egress, onChange: () => undefined, mutants: this.#mutants });
  }

  #begin(): void {
    transact(this.replica, { command: 'workspace.create' }, (tx) => {
      insertRow(tx, 'authors', { id: this.replica.author, kind: 'person', name: this.name });
    });
    enrol(this.replica, { server: 'https://server', tenant: tenantId, user: this.user });
  }

  /** The process ends at once and is started again: what was not committed is gone, and the session is another. */
  crash(): void {
    this.#startAgain();
  }

  /** Goes on with other bytes: an older backup, for example. `noticed`: the file's token told, so the replica id is another. */
  reopen(bytes: Buffer, noticed: boolean): void {
    this.#file.put(bytes);
    if (noticed) writeMeta(this.#file.db, 'replica', newId());
    this.#startAgain();
  }

  #startAgain(): void {
    this.replica = this.#replicaOf(this.#file.db);
    this.store = this.#storeOf();
    this.endCycle();
  }

  /** The cycle ends where it stands: nobody here hears any more of what is on its way. */
  endCycle(): void {
    this.running = null;
    this.answer = undefined;
  }

  /** Another build opens the file, and takes up what it knows of what was kept. */
  changeBuild(build: number): void {
    this.build = build;
    this.crash();
    takeUpNewlyKnown(this.replica);
  }

  /** The statements of this file, of which one can be told to fail. */
  get statements(): FailingStatements {
    return this.replica.db.statements as FailingStatements;
  }

  bytes(): Buffer {
    return this.#file.bytes();
  }

  /** The id under which this file sends now. */
  client(): string | undefined {
    return readSync(this.replica.db, 'client');
  }

  /** A retired laptop is connected again by its person: under another id (MR21). */
  reconnect(): void {
    this.store.reidentify({ epoch: false });
    this.endCycle();
  }

  startCycle(): void {
    this.answer = undefined;
    this.onTheirWay.length = 0;
    this.running = cycle({
      app: 'simulated',
      now: () => this.replica.now(),
      pace: this.pace,
      pushesBetweenPulls: 2,
      mutants: this.#mutants,
    });
  }

  /** Runs one transaction that the engine asks for. */
  perform(effect: StoreEffect): unknown {
    const call = this.store[effect.call] as (input: unknown) => unknown;
    return call(effect.input);
  }

  close(): void {
    leaveFile(this.#file);
  }
}

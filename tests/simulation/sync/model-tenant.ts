import type { Json } from '../../../db/catalogue/types.ts';
import { columnsByNumber } from '../../../sync/core/cell-name.ts';
import { isOpen } from '../../../sync/server/feed/access.ts';
import type {
  ShownColumns,
  ClientRecord,
  ExitRecord,
  LoggedVersion,
  Member,
  RefusedWrite,
  ResultRecord,
  RowKey,
  ScopeFacts,
  ScopeRecord,
  StoredRow,
  StoredUse,
  TenantPolicy,
} from '../../../sync/server/feed/store.ts';

/** A row as the model keeps it, with what its typed table would hold. */
export interface ModelRow extends StoredRow {
  readonly values: ShownColumns | undefined;
  readonly deleted: boolean;
  readonly purged: boolean;
}

/** Everything of one tenant. Records never change, so a snapshot is a copy of the maps. */
export class ModelTenant {
  epoch: string;
  head = 0n;
  policy: TenantPolicy = { version: 1, settings: {} };
  members = new Map<string, Member>();
  rows = new Map<string, ModelRow>();
  exits: ExitRecord[] = [];
  scopes = new Map<string, { scopeEpoch: number; floor: bigint }>();
  clients = new Map<string, ClientRecord>();
  results: ResultRecord[] = [];
  refused: RefusedWrite[] = [];
  bodies = new Map<string, Uint8Array>();
  places = new Map<string, number>();
  log: (LoggedVersion & { readonly seq: bigint })[] = [];
  /** Rows that were ever purged, each with the scope in which it was; their tombstones may be gone. */
  purges = new Map<string, string>();
  /** Up to which number a client said that it holds which scopes. */
  held = new Map<string, Readonly<Record<string, string>>>();

  constructor(epoch: string) {
    this.epoch = epoch;
  }

  copy(): ModelTenant {
    const copy = new ModelTenant(this.epoch);
    copy.head = this.head;
    copy.policy = this.policy;
    copy.members = new Map(this.members);
    copy.rows = new Map(this.rows);
    copy.exits = [...this.exits];
    copy.scopes = new Map(this.scopes);
    copy.clients = new Map(this.clients);
    copy.results = [...this.results];
    copy.refused = [...this.refused];
    copy.bodies = new Map(this.bodies);
    copy.places = new Map(this.places);
    copy.log = [...this.log];
    copy.purges = new Map(this.purges);
    copy.held = new Map(this.held);
    return copy;
  }

  /** Takes everything of another over. */
  become(other: ModelTenant): void {
    Object.assign(this, other.copy());
  }

  /** The scope in which a row was purged, whether its tombstone is there or not; undefined where this server never heard of that. */
  purgedIn(key: RowKey): string | undefined {
    return this.purges.get(keyOf(key));
  }

  row(key: RowKey): ModelRow | undefined {
    return this.rows.get(keyOf(key));
  }

  inScope(scope: string): ModelRow[] {
    return [...this.rows.values()].filter((row) => row.scope === scope);
  }

  scope(scope: string): ScopeRecord {
    const rows = this.inScope(scope);
    const kept = this.scopes.get(scope) ?? { scopeEpoch: 0, floor: 0n };
    return {
      scope,
      scopeEpoch: kept.scopeEpoch,
      floor: kept.floor,
      count: BigInt(rows.length),
      xor: rows.reduce((x, row) => x ^ BigInt(`0x${row.hash.slice(0, 16)}`), 0n),
    };
  }

  /** Every project and session, as the access of one user sees it. */
  facts(user: string): ScopeFacts[] {
    return [...this.rows.values()].flatMap((row): ScopeFacts[] => {
      if (row.values === undefined) return [];
      const value = (name: string) => valueOf(row, name);
      if (row.entity === 3) {
        return [
          {
            kind: 'project',
            id: row.id,
            owner: idOf(value('owner_id')),
            creator: idOf(value('created_by')) ?? '',
            deleted: row.deleted,
            open: isOpen(value('visibility'), value('personal') === 1),
            role: this.#roleIn(row.id, user),
          },
        ];
      }
      if (row.entity !== 5) return [];
      return [
        {
          kind: 'session',
          id: row.id,
          project: idOf(value('project_id')),
          creator: idOf(value('created_by')) ?? '',
          restricted: value('restricted') === 1,
          localOnly: value('local_only') === 1,
          level: textOf(value('sharing_level')),
          deleted: row.deleted,
        },
      ];
    });
  }

  /** Uses of documents, and what hangs on them, from the rows themselves. */
  uses(documents: readonly string[]): StoredUse[] {
    return [...this.rows.values()].flatMap((row): StoredUse[] => {
      if (row.values === undefined || (row.entity !== 6 && row.entity !== 13)) return [];
      const document = idOf(valueOf(row, 'artifact_id'));
      if (document === null || !documents.includes(document)) return [];
      const by = { entity: row.entity, id: row.id };
      if (row.entity === 13)
        return [
          { by, document, session: null, project: idOf(valueOf(row, 'project_id')), restricted: false },
        ];
      const session = idOf(valueOf(row, 'session_id'));
      const of = session === null ? undefined : this.row({ entity: 5, id: session });
      const project = of === undefined ? null : idOf(valueOf(of, 'project_id'));
      const restricted = of !== undefined && valueOf(of, 'restricted') === 1;
      return [{ by, document, session, project, restricted }];
    });
  }

  /** Documents that the evidence of sessions names. */
  documentsOf(sessions: readonly string[]): string[] {
    const named = [...this.rows.values()].flatMap((row) => {
      if (row.entity !== 6 || row.values === undefined) return [];
      const session = idOf(valueOf(row, 'session_id'));
      return session !== null && sessions.includes(session) ? [idOf(valueOf(row, 'artifact_id'))] : [];
    });
    return [...new Set(named)].filter((id) => id !== null);
  }

  /** Rows that belong to documents, and the parts of all of these. */
  partsOf(documents: readonly string[]): RowKey[] {
    const owned = (column: string, owners: readonly string[]) =>
      [...this.rows.values()].filter((row) => {
        const owner = row.values === undefined ? null : idOf(valueOf(row, column));
        return owner !== null && owners.includes(owner) && row.entity !== 6 && row.entity !== 13;
      });
    const own = owned('artifact_id', documents);
    return [...own, ...owned('owner_id', [...documents, ...own.map(({ id }) => id)])];
  }

  /** Stamps of the text updates that belong to rows, by owner. */
  textStamps(owners: readonly string[]): Map<string, string[]> {
    const found = new Map<string, string[]>();
    for (const row of this.rows.values()) {
      if (row.entity !== 16 || row.values === undefined) continue;
      const owner = row.values.shown(4);
      const id = owners.find((each) => each.replaceAll('-', '') === owner);
      const state = JSON.parse(row.state) as { n?: [number, number]; t: [string][] };
      const stamp = state.n === undefined ? undefined : state.t[state.n[0]]?.[0];
      if (id !== undefined && stamp !== undefined) found.set(id, [...(found.get(id) ?? []), stamp]);
    }
    return found;
  }

  #roleIn(project: string, user: string): string | null {
    for (const row of this.rows.values()) {
      if (row.entity !== 4 || row.deleted || row.values === undefined) continue;
      if (idOf(valueOf(row, 'project_id')) !== project || idOf(valueOf(row, 'author_id')) !== user) continue;
      return textOf(valueOf(row, 'role'));
    }
    return null;
  }
}

export function keyOf({ entity, id }: RowKey): string {
  return `${entity} ${id}`;
}

function valueOf(row: ModelRow, name: string): Json {
  for (const [n, column] of columnsByNumber(row.entity)) {
    if (column.name === name) return row.values?.shown(n) ?? null;
  }
  return null;
}

function textOf(value: Json): string | null {
  return typeof value === 'string' ? value : null;
}

/** An id from its bare digits. */
function idOf(value: Json): string | null {
  if (typeof value !== 'string' || value.length !== 32) return null;
  return `${value.slice(0, 8)}-${value.slice(8, 12)}-${value.slice(12, 16)}-${value.slice(16, 20)}-${value.slice(20)}`;
}

import { entitySpec } from '../../../db/catalogue/catalogue.ts';
import { documentScope } from '../../core/document-scope.ts';
import type { RowState } from '../../core/row-state.ts';
import { decodeRow } from '../../core/row-wire.ts';
import type { RowContent } from '../../protocol/row-state.ts';
import { idOfLogged } from './check-access.ts';
import { type FoldContext, keyOf, type PushFold } from './fold.ts';
import { shownByName } from './ingress-policy.ts';
import { ownerNamed } from './named-rows.ts';
import type { RowKey, ServerTransaction, StoredRow, StoredUse } from './store.ts';

const numberOf = (name: Parameters<typeof entitySpec>[0]) => entitySpec(name).n;
const [documents, sessions, evidence, references] = [
  numberOf('artifacts'),
  numberOf('research_sessions'),
  numberOf('evidence'),
  numberOf('reference_items'),
];
/** Entities whose rows stand where a document stands, and whose parts do. */
const withDocument = new Set([documents, numberOf('content_extractions'), numberOf('metadata_tags')]);

/**
 * Lets documents follow the sessions that use them: where a push moves a session, restricts it or opens it, or uses a document that stands
 * elsewhere, the document and everything that hangs on it gets its scope in the same transaction (P18). The rows are locked, joined to
 * what the push did to them, and added to `fold` and `stored`, so that they are written, numbered and digested with it.
 */
export async function moveDocuments(
  tx: ServerTransaction,
  fold: PushFold,
  context: FoldContext,
  stored: Map<string, StoredRow>,
): Promise<void> {
  const { touched, left } = await touchedDocuments(tx, fold, context);
  const targets = new Map<string, { readonly key: RowKey; readonly scope: string }>();
  const aim = (key: RowKey, scope: string) => targets.set(keyOf(key.entity, key.id), { key, scope });
  if (touched.size > 0) await aimDocuments(tx, fold, context, touched, left, aim);
  await aimParts(tx, fold, context, targets, aim);
  if (targets.size === 0) return;
  const keys = [...targets.values()].map(({ key }) => key);
  const unlocked = keys.filter(
    ({ entity, id }) => !stored.has(keyOf(entity, id)) && !fold.rows.has(keyOf(entity, id)),
  );
  for (const row of await tx.lockRows(unlocked)) stored.set(keyOf(row.entity, row.id), row);
  for (const [key, { scope }] of targets) {
    const state = fold.rows.get(key)?.state ?? stateOf(stored.get(key));
    if (state !== undefined && !state.purged && state.scope !== scope) fold.move(key, { ...state, scope });
  }
}

function stateOf(row: StoredRow | undefined): RowState | undefined {
  return row === undefined ? undefined : decodeRow(JSON.parse(row.state) as RowContent);
}

function idShown(state: RowState, column: string): string | null {
  return idOfLogged(shownByName(state, column));
}

/** Documents whose place may follow from what a push did, and the places that their sessions left by it. */
interface Touched {
  readonly touched: ReadonlySet<string>;
  readonly left: ReadonlySet<string>;
}

/** Documents of changed sessions, and those that are newly used. */
async function touchedDocuments(
  tx: ServerTransaction,
  fold: PushFold,
  { access, stored }: FoldContext,
): Promise<Touched> {
  const found = new Set<string>();
  const left = new Set<string>();
  const changed: string[] = [];
  for (const [key, { state }] of fold.rows) {
    const before = stored.get(key);
    if (state.entity === sessions) {
      if (before === undefined || placeOfSession(before) === placeOfSession(state)) continue;
      changed.push(state.id);
      left.add(before.scope).add(`project:${idShown(before, 'project_id') ?? ''}`);
    } else if (state.entity === evidence || state.entity === references) {
      const document = idShown(state, 'artifact_id');
      if (document === null || (before !== undefined && idShown(before, 'artifact_id') === document))
        continue;
      const here = fold.rows.get(keyOf(documents, document))?.state.scope;
      const session = access.session(idShown(state, 'session_id') ?? '');
      const use = {
        session: session?.id ?? null,
        project: idShown(state, 'project_id') ?? session?.project ?? null,
      };
      if (
        here === undefined ||
        documentScope(here, [{ ...use, restricted: session?.restricted === true }]) !== here
      ) {
        found.add(document);
      }
    }
  }
  if (changed.length > 0) for (const id of await tx.documentsOfSessions(changed)) found.add(id);
  return { touched: found, left };
}

function placeOfSession(state: RowState): string {
  return `${idShown(state, 'project_id')} ${shownByName(state, 'restricted') === 1}`;
}

type Aim = (key: RowKey, scope: string) => void;

/**
 * Where documents belong by all their uses, those that the push has not written yet among them. A document leaves a place with the
 * session that leaves it, or by the hand of who may write there (P29).
 */
async function aimDocuments(
  tx: ServerTransaction,
  fold: PushFold,
  context: FoldContext,
  touched: ReadonlySet<string>,
  left: ReadonlySet<string>,
  aim: Aim,
): Promise<void> {
  const ids = [...touched];
  const there = await tx.rows(ids.map((id) => ({ entity: documents, id })));
  const scopes = new Map(there.map(({ id, scope }) => [id, scope]));
  const uses = usesWith(fold, context, await tx.documentUses(ids));
  const moved: string[] = [];
  for (const id of ids) {
    const current = fold.rows.get(keyOf(documents, id))?.state.scope ?? scopes.get(id);
    const mayLeave = current !== undefined && (left.has(current) || context.access.of(current) === 'write');
    if (!mayLeave) continue;
    const own = uses.filter(({ document }) => document === id);
    const wanted = documentScope(current, own);
    if (wanted === current) continue;
    aim({ entity: documents, id }, wanted);
    moved.push(id);
    for (const part of await tx.partsOfDocuments([id])) aim(part, wanted);
  }
}

/** Uses as they are with the push: its own rows of evidence and libraries, and its sessions' places. */
function usesWith(fold: PushFold, { access }: FoldContext, stored: readonly StoredUse[]): StoredUse[] {
  const known = stored.filter(({ by }) => !fold.rows.has(keyOf(by.entity, by.id)));
  const own = [...fold.rows.values()].flatMap(({ state }): StoredUse[] => {
    if (state.purged || (state.entity !== evidence && state.entity !== references)) return [];
    const document = idShown(state, 'artifact_id');
    if (document === null) return [];
    const by = { entity: state.entity, id: state.id };
    const project = state.entity === references ? idShown(state, 'project_id') : null;
    return [{ by, document, session: idShown(state, 'session_id'), project, restricted: false }];
  });
  return [...known, ...own].map((use) => {
    const session = use.session === null ? undefined : access.session(use.session);
    return session === undefined ? use : { ...use, project: session.project, restricted: session.restricted };
  });
}

/** Parts go with their owners: those of moved rows that the push itself brings, and those that it puts where their owner no longer is. */
async function aimParts(
  tx: ServerTransaction,
  fold: PushFold,
  { stored }: FoldContext,
  targets: ReadonlyMap<string, { readonly scope: string }>,
  aim: Aim,
): Promise<void> {
  const parts = [...fold.rows].flatMap(([key, { state }]) => {
    const owner = ownerOf(state);
    return owner === undefined || stored.get(key)?.insert !== undefined ? [] : [{ state, owner }];
  });
  if (parts.length === 0) return;
  const elsewhere = parts.filter(({ owner }) => !fold.rows.has(keyOf(owner.entity, owner.id)));
  const owners = elsewhere.length === 0 ? [] : await tx.rows(elsewhere.map(({ owner }) => owner));
  const scopes = new Map(owners.map(({ entity, id, scope }) => [keyOf(entity, id), scope]));
  // A part may belong to a part: what reads a document comes before what was said of the reading.
  for (const { state, owner } of parts.toSorted((a, b) => a.state.entity - b.state.entity)) {
    const key = keyOf(owner.entity, owner.id);
    const scope = targets.get(key)?.scope ?? fold.rows.get(key)?.state.scope ?? scopes.get(key);
    if (scope !== undefined && scope !== state.scope) aim({ entity: state.entity, id: state.id }, scope);
  }
}

/** The row on which a row hangs, where both stand where a document stands. */
function ownerOf(state: RowState): RowKey | undefined {
  const owner = ownerNamed(state.entity, (column) => shownByName(state, column));
  return owner !== undefined && withDocument.has(owner.entity) ? owner : undefined;
}

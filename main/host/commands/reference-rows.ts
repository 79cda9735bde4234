import type { Id } from '../../../db/catalogue/rows.ts';
import type { Json } from '../../../db/catalogue/types.ts';
import { derivedId, idToBlob } from '../../../db/replica/rows/ids.ts';
import { listRows } from '../../../db/replica/rows/read.ts';
import { insertRow } from '../../../db/replica/rows/write.ts';
import { readMeta } from '../../../db/replica/transaction/meta.ts';
import type { Replica } from '../../../db/replica/transaction/replica.ts';
import type { Transaction } from '../../../db/replica/transaction/transact.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import type { Csl } from '../../references/entry.ts';
import { ReferenceIndex } from '../../references/reference-index.ts';
import { columnsFor, cslIn, storedReference, type StoredReference } from '../../references/stored.ts';

/** Every item of the project by what an entry can name it by, those in the trash too: their keys are not given again. */
export function referenceIndex(replica: Replica): ReferenceIndex {
  const { db } = replica;
  const project = projectOf(replica);
  const where = { where: 'reference_items.project_id = ?', values: [idToBlob(project)] };
  const rows = [false, true].flatMap((trash) => listRows(db, 'reference_items', { ...where, trash }));
  return new ReferenceIndex(
    rows.map(storedReference),
    (...parts) => derivedId('reference_items', `project:${project}`, ...parts),
    (id) => db.statements.get('SELECT 1 FROM purged WHERE id = ?', idToBlob(id)) !== undefined,
  );
}

/** Writes a new item; `artifactId` names its file where it has one. */
export function insertReference(
  tx: Transaction,
  { id, key, csl, originals }: StoredReference,
  artifactId: Id | null = null,
): void {
  const hasOriginals = Object.keys(originals).length > 0;
  insertRow(tx, 'reference_items', {
    id,
    project_id: projectOf(tx.replica),
    citation_key: key,
    ...columnsFor(csl),
    metadata: hasOriginals ? { originals: originals as unknown as Json } : {},
    artifact_id: artifactId,
  });
}

/** What an item that is entered by hand gets with it: a key by the rule, and of its title and its CSL item each by the other. */
export function referencePresets(
  tx: Transaction,
  values: Readonly<Record<string, Json>>,
): Readonly<Record<string, Json>> {
  const given = cslIn(values['csl']);
  const { name = null } = values;
  const csl: Csl = Object.keys(given).length > 0 || name === null ? given : { type: 'document', title: name };
  return {
    ...columnsFor(csl),
    project_id: projectOf(tx.replica),
    citation_key: referenceIndex(tx.replica).freeKey(null, csl),
  };
}

function projectOf(replica: Replica): Id {
  const project = readMeta(replica.db, 'personal-project');
  if (project !== undefined) return project;
  throw new WorkbenchError('not-found', 'This workspace has no project for references. Nothing was stored.');
}

import { resolve } from 'node:path';
import type { Id } from '../../../db/catalogue/rows.ts';
import { writeFileDurably } from '../../../db/replica/files/write-durably.ts';
import type { ReferencesRequest } from '../../export/references/write.ts';
import type { ReferenceFormatName } from '../../references/format.ts';
import type { HostService } from '../rpc/service.ts';
import type { WorkspaceManager } from '../workspace/manager.ts';
import type { WorkspaceSession } from '../workspace/session.ts';

/** Most documents of a session that an export gives references to. */
const mostEvidence = 100_000;

const types: Readonly<Record<ReferenceFormatName, string>> = {
  bibtex: 'application/x-bibtex',
  ris: 'application/x-research-info-systems',
  'csl-json': 'application/vnd.citationstyles.csl+json',
};

/** Citable items: their list, their files, and the offers that documents make. */
export function referenceServices(manager: WorkspaceManager): Pick<HostService, 'references'> {
  const data = () => manager.session().data;
  return {
    references: {
      list: (input, { signal }) => data().lists.call('lists.references', input, { signal }),
      import: (input) => data().writer.call('references.import', input),
      fromEvidence: (input) => data().writer.call('references.fromEvidence', input),
      edit: (input) => data().writer.call('references.edit', input),
      export: async ({ format, ids, out }) => {
        const gate = await manager.session().outbound.gate();
        const request = { format, ids, policy: gate.policy };
        const { name, type, tally, rows, make } = await prepareReferences(manager.session(), request);
        const { bytes } = await make();
        await gate.exported({ entity: 'reference_items' }, format, tally, rows);
        const answer = { name, withheld: tally.withheld + tally.redacted };
        if (out === undefined) {
          return { ...answer, file: null, data: new Blob([Uint8Array.from(bytes)], { type }) };
        }
        const file = resolve(out);
        writeFileDurably(file, bytes);
        return { ...answer, file, data: null };
      },
    },
  };
}

/** References as a file that has gone through the gate and not left yet. Documents that no item cites yet are remarked on. */
export async function prepareReferences({ data, readOnly }: WorkspaceSession, request: ReferencesRequest) {
  const { sessionId, format } = request;
  const { text, name, tally, rows } = await data.lists.call('export.references', request);
  const uncited =
    sessionId === undefined ? [] : await data.lists.call('lists.uncited', { sessionId, limit: mostEvidence });
  const remarks = uncited.length === 0 ? [] : [uncitedRemark(uncited.length, readOnly === null)];
  const bytes = new TextEncoder().encode(text);
  return {
    name,
    type: types[format],
    tally,
    rows,
    remarks,
    make: () => Promise.resolve({ bytes, remarks: [] }),
  };
}

/**
 * Gives every document of a session the item by which it is cited, as an undoable step of its own: a key that has left the laptop
 * has to be the same ever after. A workspace that is only read has just the items that it has.
 */
export async function citeAll({ data, readOnly }: WorkspaceSession, sessionId: Id): Promise<void> {
  if (readOnly !== null) return;
  const evidenceIds = await data.lists.call('lists.uncited', { sessionId, limit: mostEvidence });
  if (evidenceIds.length > 0) await data.writer.call('references.fromEvidence', { evidenceIds });
}

function uncitedRemark(count: number, isToBeCited: boolean): string {
  const documents = count === 1 ? '1 document has no reference' : `${count} documents have no reference`;
  if (!isToBeCited) return `${documents} and cannot get one while the workspace is only read.`;
  return `${documents} yet, and ${count === 1 ? 'gets' : 'get'} one with the export.`;
}

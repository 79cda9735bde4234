import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { hashColumns, entitySpec } from '../../../../db/catalogue/catalogue.ts';
import { filesInUse, noteErasedFiles, removeErasedFiles } from '../../../../db/replica/blobs/erased-files.ts';
import { idToBlob } from '../../../../db/replica/rows/ids.ts';
import { insertRow } from '../../../../db/replica/rows/write.ts';
import { transact } from '../../../../db/replica/transaction/transact.ts';
import type { OpenWorkspace } from '../../../../db/replica/workspace/workspace.ts';
import { filesOfDocument } from '../../../../main/host/data/sync-files.ts';
import { addSession, withWorkspace } from '../../../helpers/replica.ts';

/** A document of which everything that may name a file names one of its own, by column. */
function documentWithFiles({ replica, blobs }: OpenWorkspace, session: string) {
  const hashes = new Map(
    hashColumns('file').map(({ column }) => [column, blobs.put(randomBytes(100)).hash] as const),
  );
  const of = (entity: string) =>
    Object.fromEntries(
      hashColumns('file').flatMap((each) =>
        each.entity === entity ? [[each.column, hashes.get(each.column)]] : [],
      ),
    );
  const { result } = transact(replica, { command: 'capture.add' }, (tx) => {
    const artifacts = insertRow(
      tx,
      'artifacts',
      { content_hash: '', ...of('artifacts'), artifact_type: 'pdf' },
      { scope: `session:${session}` },
    );
    const content_extractions = insertRow(tx, 'content_extractions', {
      artifact_id: artifacts,
      extractor: 'pdf',
      extractor_version: '1',
      ...of('content_extractions'),
    });
    return { artifacts, content_extractions };
  });
  return { ids: result, hashes };
}

describe('files that rows name', () => {
  test.each(hashColumns('file'))('go with the last row whose $column names them', ({ entity, column }) => {
    withWorkspace((workspace) => {
      const { replica, blobs } = workspace;
      const { ids, hashes } = documentWithFiles(workspace, addSession(workspace));
      const hash = hashes.get(column) ?? '';
      expect(filesInUse(replica.db)).toEqual(new Set(hashes.values()));
      const id = idToBlob(ids[entity as keyof typeof ids]);
      transact(replica, { command: 'sync', origin: 'remote', purging: true }, () => {
        noteErasedFiles(replica.db, entity, id);
      });
      // Noted too early: the row still stands.
      expect([removeErasedFiles(replica.db, blobs), blobs.has(hash)]).toEqual([0, true]);
      transact(replica, { command: 'sync', origin: 'remote', purging: true }, () => {
        noteErasedFiles(replica.db, entity, id);
        replica.db.statements.run(`DELETE FROM ${entity} WHERE id = ?`, id);
      });
      removeErasedFiles(replica.db, blobs);
      expect(blobs.has(hash)).toBe(false);
    });
  });

  test('all travel with a document that the server knows', () => {
    withWorkspace((workspace) => {
      const { db } = workspace.replica;
      const { ids, hashes } = documentWithFiles(workspace, addSession(workspace));
      expect(filesOfDocument(db, ids.artifacts)).toEqual([]);
      transact(workspace.replica, { command: 'sync', origin: 'remote' }, () => {
        db.statements.run(
          `INSERT INTO sync_rows (entity, row, scope, seq, hash, round) VALUES (?, ?, 'tenant', 1, 'x', '')`,
          entitySpec('artifacts').n,
          idToBlob(ids.artifacts),
        );
      });
      expect(filesOfDocument(db, ids.artifacts).toSorted()).toEqual([...hashes.values()].toSorted());
    });
  });
});

import { expect, test } from 'vitest';
import { getRow } from '../../db/replica/rows/read.ts';
import { analyse } from '../../main/capture/analyse/analyse.ts';
import { noMetadata } from '../../main/capture/extract/types.ts';
import { annotationsOf } from '../../main/documents/annotations.ts';
import { writerFunctions } from '../../main/host/data/writer.ts';
import { addReadable } from '../helpers/readable-evidence.ts';
import { addSession, withWorkspace } from '../helpers/replica.ts';

const first = 'The mesh is fouled by algae.\n\nWheat was dear in spring.\n\nNobody came.';
const second = 'The mesh is\nfouled by al-\ngae. Nobody came.';

function staged(text: string, version: string) {
  const metadata = { ...noMetadata };
  const analysis = analyse({ text, pages: [], metadata });
  const read = { text, extractor: 'text', version, pages: [], outline: [], confidence: 1 };
  return { text: { ...read, geometryHash: null, analysis }, document: { metadata, warnings: [] } };
}

test('a document read again keeps its marks where their words are, says which are lost, and is undone as one step', () => {
  withWorkspace((workspace) => {
    const { replica } = workspace;
    const write = writerFunctions(workspace, () => undefined);
    const evidenceId = addReadable(workspace, addSession(workspace), 'Notes', first);
    const mark = (words: string): void => {
      const start = first.indexOf(words);
      const anchor = { selectors: [{ type: 'TextPositionSelector', start, end: start + words.length }] };
      write['edits.add']({ entity: 'annotations', values: { evidence_id: evidenceId, anchor } });
    };
    mark('fouled by algae');
    mark('Wheat was dear');
    write['passages.refresh']();
    const passages = (): string[] =>
      replica.db.statements
        .all<{ body: string }>('SELECT body FROM chunk_text ORDER BY chunk')
        .map(({ body }) => body);
    expect(passages().join(' ')).toContain('Wheat');
    const before = getRow(replica.db, 'evidence', evidenceId)?.extraction_id;

    expect(write['documents.storeReading']({ evidenceId, ...staged(second, '2') })).toEqual({
      state: 'read',
      moved: 1,
      orphans: 1,
    });
    const [moved, orphan] = annotationsOf(replica.db, { evidenceId });
    expect(second.slice(moved?.start ?? 0, moved?.end ?? 0)).toBe('fouled by al-\ngae');
    expect(orphan).toMatchObject({ state: 'orphan', quote: 'Wheat was dear' });
    expect(passages().join(' ')).not.toContain('Wheat');
    expect(write['documents.storeReading']({ evidenceId, ...staged(second, '2') }).state).toBe('unchanged');

    expect(write['edits.undo']().command).toBe('read.evidence');
    expect(getRow(replica.db, 'evidence', evidenceId)?.extraction_id).toBe(before);
    expect(annotationsOf(replica.db, { evidenceId }).map(({ state }) => state)).toEqual(['exact', 'exact']);
    expect(passages().join(' ')).toContain('Wheat');
  });
});

import { expect, test } from 'vitest';
import { getRow } from '../../db/replica/rows/read.ts';
import { refreshRelevance } from '../../main/host/data/relevance.ts';
import { writerFunctions } from '../../main/host/data/writer.ts';
import { addReadable } from '../helpers/readable-evidence.ts';
import { addSession, withWorkspace } from '../helpers/replica.ts';

test('relevance follows the question, some rows at a time, and is no step of undo', () => {
  withWorkspace((workspace) => {
    const { replica } = workspace;
    const write = writerFunctions(workspace, () => undefined);
    const sessionId = addSession(workspace, 'What fouls the mesh');
    const texts = ['The mesh is fouled by algae.', 'Wheat was dear.', 'Mesh and algae, again the mesh.'];
    const ids = texts.map((text, at) => addReadable(workspace, sessionId, `Note ${at}`, text));
    const scores = () => ids.map((id) => getRow(replica.db, 'evidence', id)?.relevance_score ?? null);
    const refresh = (): void => {
      let rounds = 0;
      for (let after: number | null = 0; after !== null; rounds += 1) {
        after = refreshRelevance(replica, { sessionId, question: null, after, limit: 2 }).next;
      }
      expect(rounds).toBe(2);
    };
    refresh();
    const [first, second] = scores();
    expect(first).toBeGreaterThan(second ?? 1);
    const values = { research_question: 'How dear was wheat?' };
    write['edits.edit']({ entity: 'research_sessions', ids: [sessionId], values });
    refresh();
    const [after, wheat] = scores();
    expect(wheat).toBeGreaterThan(after ?? 1);
    expect(write['edits.undo']().command).toBe('edit.research_sessions');
  });
});

import { describe, expect, test } from 'vitest';
import { judge, readJudgement, readSet, replaceSet } from '../../../../db/replica/rows/elements.ts';
import { getRow, listRows } from '../../../../db/replica/rows/read.ts';
import { writeText } from '../../../../db/replica/rows/text.ts';
import { insertRow, removeRow, restoreRow, updateRow } from '../../../../db/replica/rows/write.ts';
import type { Replica } from '../../../../db/replica/transaction/replica.ts';
import { transact, type Transaction } from '../../../../db/replica/transaction/transact.ts';
import { addEvidence, addSession, withWorkspace } from '../../../helpers/replica.ts';

function inOne<T>(replica: Replica, body: (tx: Transaction) => T): T {
  return transact(replica, { command: 'test' }, body).result;
}

function entries(replica: Replica): number {
  return replica.db.statements.value<number>('SELECT count(*) FROM log') ?? 0;
}

describe('values', () => {
  test('come back as they were given, whatever characters and numbers they hold', () => {
    withWorkspace((workspace) => {
      const { replica } = workspace;
      const id = addEvidence(workspace, addSession(workspace), 'first');
      const metadata = {
        '': 'empty key',
        'a"b\\c': [1, -0.5, 1e-300, 9007199254740991, true, null, { deep: ['x'] }],
        emoji: '👩‍🔬 e\u0301',
        quote: `'; DROP TABLE evidence; --`,
      };
      inOne(replica, (tx) => updateRow(tx, 'evidence', id, { metadata, title: 'İstanbul ﬁ 漢字' }));
      expect(getRow(replica.db, 'evidence', id)).toMatchObject({ metadata, title: 'İstanbul ﬁ 漢字' });
    });
  });

  const refused: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
    ['NUL', { title: 'a\0b' }, /NUL/],
    ['half a character', { title: 'a\ud800' }, /half of a character/],
    ['NaN', { metadata: { x: Number.NaN } }, /finite/],
    ['a number past 2^53', { metadata: { x: 2 ** 53 } }, /cannot be kept exactly/],
    ['a date that is none', { publication_date: '2026-13-01' }, /takes a date/],
    ['an unknown member', { source_type: 'gossip' }, /takes one of/],
    ['a list where an object belongs', { metadata: [1] }, /takes a JSON object/],
    ['a column that is not there', { colour: 'red' }, /has no column/],
    ['a column that is written once', { file_name: 'x.pdf' }, /written once/],
    ['a set as a value', { tags: ['x'] }, /not written as a plain value/],
    ['a text as a value', { notes: 'x' }, /not written as a plain value/],
    ['a score', { overall_quality_score: 0.5 }, /not written as a plain value/],
  ];

  test.each(refused)('with %s are refused in words, and nothing is stored', (_name, patch, message) => {
    withWorkspace((workspace) => {
      const { replica } = workspace;
      const id = addEvidence(workspace, addSession(workspace), 'first');
      const before = JSON.stringify(getRow(replica.db, 'evidence', id));
      const logged = entries(replica);
      expect(() => inOne(replica, (tx) => updateRow(tx, 'evidence', id, patch as never))).toThrowError(
        message,
      );
      expect(JSON.stringify(getRow(replica.db, 'evidence', id))).toBe(before);
      expect(entries(replica)).toBe(logged);
    });
  });
});

describe('a write', () => {
  test('[MR6] that changes nothing is not made, and leaves no transaction', () => {
    withWorkspace((workspace) => {
      const { replica } = workspace;
      const id = addEvidence(workspace, addSession(workspace), 'first');
      const stampsSql = 'SELECT _stamps FROM evidence';
      const stamps = replica.db.statements.value(stampsSql);
      const outcome = transact(replica, { command: 'same' }, (tx) => {
        updateRow(tx, 'evidence', id, { title: 'first', metadata: {} });
        replaceSet(tx, 'evidence', id, 'tags', []);
        judge(tx, 'evidence', id, 'reliability', null);
        replica.db.sqlite.exec(`UPDATE evidence SET title = title, metadata = '{}'`);
      });
      expect(outcome).toMatchObject({ stamp: null, txn: null, changes: [] });
      expect(replica.db.statements.value(stampsSql)).toBe(stamps);
      expect(replica.db.statements.value(`SELECT count(*) FROM txns WHERE command = 'same'`)).toBe(0);
    });
  });

  test('of another case only is logged', () => {
    withWorkspace((workspace) => {
      const { replica } = workspace;
      const id = addEvidence(workspace, addSession(workspace), 'first');
      const { stamp } = transact(replica, { command: 'case' }, (tx) =>
        updateRow(tx, 'evidence', id, { title: 'FIRST' }),
      );
      expect(stamp).not.toBeNull();
    });
  });

  test('that throws is taken back with everything before it, and the next one works', () => {
    withWorkspace((workspace) => {
      const { replica } = workspace;
      const session_id = addSession(workspace);
      const logged = entries(replica);
      expect(() =>
        inOne(replica, (tx) => {
          insertRow(tx, 'evidence', { session_id, title: 'gone' });
          throw new Error('stopped');
        }),
      ).toThrowError('stopped');
      expect(entries(replica)).toBe(logged);
      expect(listRows(replica.db, 'evidence')).toEqual([]);
      addEvidence(workspace, session_id, 'kept');
      expect(listRows(replica.db, 'evidence').map((row) => row.title)).toEqual(['kept']);
    });
  });

  test('inside a savepoint that is rolled back is not logged, and the rest is', () => {
    withWorkspace((workspace) => {
      const { replica } = workspace;
      const session_id = addSession(workspace);
      const { changes } = transact(replica, { command: 'parts' }, (tx) => {
        insertRow(tx, 'evidence', { session_id, title: 'kept' });
        expect(() =>
          replica.db.sqlite.transaction(() => {
            insertRow(tx, 'evidence', { session_id, title: 'taken back' });
            throw new Error('part');
          })(),
        ).toThrowError('part');
      });
      expect(changes).toHaveLength(1);
      expect(listRows(replica.db, 'evidence').map((row) => row.title)).toEqual(['kept']);
    });
  });

  test('inside another is refused, and the outer one goes on', () => {
    withWorkspace((workspace) => {
      const { replica } = workspace;
      const session_id = addSession(workspace);
      inOne(replica, (tx) => {
        insertRow(tx, 'evidence', { session_id, title: 'outer' });
        expect(() => inOne(replica, () => undefined)).toThrowError();
      });
      expect(listRows(replica.db, 'evidence')).toHaveLength(1);
    });
  });

  test('to a status moves by a declared step only', () => {
    withWorkspace((workspace) => {
      const { replica } = workspace;
      const id = addSession(workspace);
      const to = (status: 'active' | 'completed' | 'paused') =>
        inOne(replica, (tx) => updateRow(tx, 'research_sessions', id, { status }));
      to('completed');
      expect(() => to('paused')).toThrowError(/it can become active/);
      to('active');
      expect(getRow(replica.db, 'research_sessions', id)?.status).toBe('active');
    });
  });

  test('[MR16] to a row in the trash is refused until it is restored', () => {
    withWorkspace((workspace) => {
      const { replica } = workspace;
      const id = addEvidence(workspace, addSession(workspace), 'first');
      inOne(replica, (tx) => removeRow(tx, 'evidence', id));
      expect(() => inOne(replica, (tx) => updateRow(tx, 'evidence', id, { title: 'x' }))).toThrowError(
        /trash/,
      );
      expect(() => inOne(replica, (tx) => judge(tx, 'evidence', id, 'reliability', 'A'))).toThrowError(
        /trash/,
      );
      inOne(replica, (tx) => restoreRow(tx, 'evidence', id));
      inOne(replica, (tx) => updateRow(tx, 'evidence', id, { title: 'x' }));
      expect(getRow(replica.db, 'evidence', id)?.title).toBe('x');
    });
  });
});

describe('a natural key', () => {
  test('gives one row however often it is added, and one for each scope', () => {
    withWorkspace((workspace) => {
      const { replica } = workspace;
      const add = (scope: string) =>
        inOne(replica, (tx) => insertRow(tx, 'artifacts', { content_hash: 'a'.repeat(64) }, { scope }));
      const first = add('project:p');
      expect(add('project:p')).toBe(first);
      expect(add('session:s')).not.toBe(first);
      expect(listRows(replica.db, 'artifacts')).toHaveLength(2);
    });
  });
});

describe('scope', () => {
  test('of a row follows its entity: a link takes its claim’s, an element its owner’s', () => {
    withWorkspace((workspace) => {
      const { replica } = workspace;
      const home = addSession(workspace);
      const away = addSession(workspace, 'Away');
      const evidence_id = addEvidence(workspace, away, 'theirs');
      const link = inOne(replica, (tx) => {
        const claim_id = insertRow(tx, 'research_claims', { session_id: home, claim_text: 'So.' });
        replaceSet(tx, 'evidence', evidence_id, 'tags', ['x']);
        return insertRow(tx, 'claim_evidence', { claim_id, evidence_id, stance: 'supports' });
      });
      expect(getRow(replica.db, 'claim_evidence', link)?._scope).toBe(`session:${home}`);
      expect(listRows(replica.db, 'set_elements').map((row) => row._scope)).toEqual([`session:${away}`]);
    });
  });

  test('is refused in words where the row that decides it is not there', () => {
    withWorkspace(({ replica }) => {
      const claim_id = '00000000-0000-7000-8000-000000000000';
      expect(() =>
        inOne(replica, (tx) =>
          insertRow(tx, 'claim_evidence', { claim_id, evidence_id: claim_id, stance: 'supports' }),
        ),
      ).toThrowError(/is not there/);
    });
  });
});

describe('a judgement', () => {
  test('[MR9] of two persons that differ is contested, and agreed again when one follows', () => {
    withWorkspace((workspace) => {
      const { replica } = workspace;
      const id = addEvidence(workspace, addSession(workspace), 'first');
      const other = inOne(replica, (tx) => insertRow(tx, 'authors', { kind: 'person', name: 'Bo' }));
      const say = (author: string, value: string | null) =>
        transact(replica, { command: 'judge', author }, (tx) =>
          judge(tx, 'evidence', id, 'reliability', value),
        );
      say(replica.author, 'A');
      say(other, 'C');
      expect(readJudgement(replica.db, id, 'reliability')).toMatchObject({ state: 'contested', value: null });
      expect(getRow(replica.db, 'evidence', id)?.reliability).toBeNull();
      say(other, 'A');
      expect(readJudgement(replica.db, id, 'reliability')).toMatchObject({ state: 'agreed', value: 'A' });
      say(other, null);
      say(replica.author, null);
      expect(readJudgement(replica.db, id, 'reliability').state).toBe('none');
      expect(getRow(replica.db, 'evidence', id)?.reliability).toBeNull();
    });
  });
});

describe('sets and texts', () => {
  test('a set holds each element once; an element that comes back is the same row', () => {
    withWorkspace((workspace) => {
      const { replica } = workspace;
      const id = addEvidence(workspace, addSession(workspace), 'first');
      const set = (tags: string[]) => inOne(replica, (tx) => replaceSet(tx, 'evidence', id, 'tags', tags));
      set(['b', 'a', ' a ', '']);
      expect(readSet(replica.db, id, 'tags')).toEqual(['a', 'b']);
      set([]);
      set(['a']);
      expect(readSet(replica.db, id, 'tags')).toEqual(['a']);
      expect(replica.db.statements.value('SELECT count(*) FROM set_elements')).toBe(2);
    });
  });

  test('a text keeps its lineage over edits, and its words are those that were written', () => {
    withWorkspace((workspace) => {
      const { replica } = workspace;
      const id = addEvidence(workspace, addSession(workspace), 'first');
      const lineage = () => replica.db.statements.value<Buffer>('SELECT hex(notes_lineage) FROM evidence');
      const write = (words: string) => inOne(replica, (tx) => writeText(tx, 'evidence', id, 'notes', words));
      write('One 😀 two.');
      const first = lineage();
      for (const words of ['One 😁 two.', '', 'aaaa', 'aaa', '漢字 and more']) {
        write(words);
        expect(getRow(replica.db, 'evidence', id)?.notes).toBe(words);
        expect(lineage()).toEqual(first);
      }
    });
  });
});

import { describe, expect, test } from 'vitest';
import { listRows } from '../../../db/replica/rows/read.ts';
import type { OpenWorkspace } from '../../../db/replica/workspace/workspace.ts';
import { editRows, stepBack } from '../../../main/host/commands/edits.ts';
import { importReferences, referencesFromEvidence } from '../../../main/host/commands/references.ts';
import { loadCitationLibrary } from '../../../main/references/citation-library.ts';
import { peopleIn } from '../../../main/references/from-evidence.ts';
import { doiIn } from '../../../main/references/work.ts';
import { addReadable } from '../../helpers/readable-evidence.ts';
import { addSession, withWorkspace } from '../../helpers/replica.ts';

const library = await loadCitationLibrary();

test.each([
  ['Anna Meyer', [{ given: 'Anna', family: 'Meyer' }]],
  [
    'Meyer, Anna; Lee, Bo',
    [
      { family: 'Meyer', given: 'Anna' },
      { family: 'Lee', given: 'Bo' },
    ],
  ],
  [
    'Anna Meyer and Bo Q. Lee',
    [
      { given: 'Anna', family: 'Meyer' },
      { given: 'Bo Q.', family: 'Lee' },
    ],
  ],
  [
    'Anna Meyer, Bo Lee',
    [
      { given: 'Anna', family: 'Meyer' },
      { given: 'Bo', family: 'Lee' },
    ],
  ],
  ['Ludwig van der Berg', [{ given: 'Ludwig', family: 'van der Berg' }]],
  ['Lena Moravec <lena@example.org>', [{ given: 'Lena', family: 'Moravec' }]],
  ['Skerry Marine Laboratory', [{ literal: 'Skerry Marine Laboratory' }]],
  ['Osk Grid', [{ literal: 'Osk Grid' }]],
  ['NATO', [{ literal: 'NATO' }]],
])('people in “%s”', (line, people) => {
  expect(peopleIn(line)).toEqual(people);
});

test.each([
  ['10.5555/Ab.(1)', '10.5555/ab.(1)'],
  ['https://doi.org/10.5555/x.', '10.5555/x'],
  ['doi: 10.5555/x', '10.5555/x'],
  ['see 10.5555/x', undefined],
])('the DOI in “%s”', (text, doi) => {
  expect(doiIn(text)).toBe(doi);
});

describe('a document offers its reference', () => {
  const items = ({ replica }: OpenWorkspace) => listRows(replica.db, 'reference_items');
  const cite = ({ replica }: OpenWorkspace, id: string) =>
    referencesFromEvidence(replica, { evidenceIds: [id] }).result[0];

  test('made of what is known of it, once, and taken back by one undo', () => {
    withWorkspace((workspace) => {
      const session = addSession(workspace);
      const id = addReadable(
        workspace,
        session,
        'Rail gauges',
        'Letters 7 (2021). doi:10.5555/tl.7.2.11. Rail …',
      );
      editRows(workspace.replica, {
        entity: 'evidence',
        ids: [id],
        values: { author: 'Okafor, Chidi', publication_date: '2021-04-09', source_name: 'Transport Letters' },
      });
      const made = cite(workspace, id);
      expect(made).toMatchObject({ key: 'okafor2021', status: 'added' });
      expect(cite(workspace, id)).toMatchObject({ referenceId: made?.referenceId, status: 'unchanged' });
      expect(items(workspace)).toMatchObject([
        {
          name: 'Rail gauges',
          issued: '2021-04-09',
          csl: { DOI: '10.5555/tl.7.2.11', 'container-title': 'Transport Letters', type: 'article-journal' },
        },
      ]);
      stepBack(workspace.replica, 'undo');
      expect(items(workspace)).toEqual([]);
      expect(cite(workspace, id)).toMatchObject({ key: 'okafor2021' });
    });
  });

  test('that the library has already: it is linked, and keeps its key', () => {
    withWorkspace((workspace) => {
      const text = '@article{mine, title = {Rail gauges}, doi = {10.5555/TL.7.2.11}}';
      importReferences(workspace.replica, library, { text });
      const session = addSession(workspace);
      const id = addReadable(workspace, session, 'Rail gauges', 'https://doi.org/10.5555/tl.7.2.11');
      expect(cite(workspace, id)).toMatchObject({ key: 'mine', status: 'linked' });
      expect(items(workspace)).toHaveLength(1);
    });
  });
});

import { beforeAll, describe, expect, test } from 'vitest';
import type { Id } from '../../../db/catalogue/rows.ts';
import { listRows } from '../../../db/replica/rows/read.ts';
import type { OpenWorkspace } from '../../../db/replica/workspace/workspace.ts';
import { writeReferences } from '../../../main/export/references/write.ts';
import { addRow, editRows, moveRows, purgeRows, stepBack } from '../../../main/host/commands/edits.ts';
import { editReference, importReferences } from '../../../main/host/commands/references.ts';
import { type CitationLibrary, loadCitationLibrary } from '../../../main/references/citation-library.ts';
import { type ReferenceFormatName, referenceFormats } from '../../../main/references/format.ts';
import { defaultPrivacySettings } from '../../../sync/core/privacy-settings.ts';
import { samples } from '../../helpers/references.ts';
import { withWorkspace } from '../../helpers/replica.ts';

let library: CitationLibrary;
beforeAll(async () => {
  library = await loadCitationLibrary();
});

function take({ replica }: OpenWorkspace, text: string, format?: ReferenceFormatName) {
  return importReferences(replica, library, { text, format }).result;
}

function statuses(workspace: OpenWorkspace, text: string): string[] {
  return take(workspace, text).items.map(({ status }) => status);
}

function written({ replica }: OpenWorkspace, format: ReferenceFormatName): string {
  const { text } = writeReferences(replica.db, library, { format, policy: defaultPrivacySettings });
  return text;
}

function items({ replica }: OpenWorkspace) {
  return listRows(replica.db, 'reference_items', { orderBy: 'reference_items.citation_key' });
}

const transactions = ({ replica }: OpenWorkspace): number =>
  replica.db.statements.value<number>('SELECT count(*) FROM txns') ?? 0;

describe.each(referenceFormats)('%s', (format) => {
  test('is read, written, and read again without any change, twice', () => {
    withWorkspace((workspace) => {
      const first = take(workspace, samples[format]);
      expect(first).toMatchObject({ format, problems: [] });
      expect(first.items.every(({ status }) => status === 'added')).toBe(true);
      const before = items(workspace);
      const done = transactions(workspace);
      for (const other of [format, ...referenceFormats, format]) {
        const text = written(workspace, other);
        expect(statuses(workspace, text).every((status) => status === 'unchanged')).toBe(true);
        expect(written(workspace, other)).toBe(text);
      }
      expect(statuses(workspace, samples[format]).every((status) => status === 'unchanged')).toBe(true);
      expect(items(workspace)).toEqual(before);
      expect(transactions(workspace)).toBe(done);
    });
  });

  test('carries a library of all formats into an empty workspace whole', () => {
    withWorkspace((from) => {
      for (const each of referenceFormats) take(from, samples[each]);
      const text = written(from, format);
      withWorkspace((to) => {
        expect(take(to, text).problems).toEqual([]);
        const said = (workspace: OpenWorkspace) =>
          items(workspace).map(({ citation_key, name, issued, csl }) => {
            const { id: _, 'citation-key': __, ...rest } = csl as Record<string, unknown>;
            return { citation_key, name, issued, csl: rest };
          });
        expect(said(to)).toEqual(said(from));
        expect(written(to, format)).toBe(text);
      });
    });
  });
});

describe('an import', () => {
  test('keeps what the citation library does not know as it was written', () => {
    withWorkspace((workspace) => {
      take(workspace, samples.bibtex);
      const text = written(workspace, 'bibtex');
      expect(text).toContain('title = {The {Black Sea} corridor: 50\\% of what {\\LaTeX} said}');
      expect(text).toContain('file = {:papers/meyer 2024.pdf:PDF}');
      expect(text).toContain('timestamp = {2024-05-01T10:00:00Z}');
      expect(text).toContain('month = mar');
      expect(text).toContain('journal = {Grain Quarterly}');
      expect(text).not.toContain('x-workbench');
    });
  });

  test('never overrules an edit made here, and takes one made there', () => {
    withWorkspace((workspace) => {
      const [first] = take(workspace, samples.bibtex).items;
      const id = first?.id ?? '';
      editReference(workspace.replica, { id, csl: { title: 'Corrected here', volume: null } });
      expect(statuses(workspace, samples.bibtex)).toEqual(['unchanged', 'unchanged', 'unchanged']);
      const text = written(workspace, 'bibtex');
      expect(text).toContain('title = {Corrected here}');
      expect(text).toContain('doi = {10.5555/gq.2024.12.3}');
      expect(text).not.toContain('volume');
      const there = text.replace('Corrected here', 'Corrected there').replace('101--119', '101--120');
      expect(statuses(workspace, there)).toEqual(['changed', 'unchanged', 'unchanged']);
      expect(statuses(workspace, there)).toEqual(['unchanged', 'unchanged', 'unchanged']);
      const row = items(workspace).find((each) => each.id === id);
      expect(row).toMatchObject({ name: 'Corrected there', csl: { page: '101-120' } });
      stepBack(workspace.replica, 'undo');
      expect(items(workspace).find((each) => each.id === id)?.name).toBe('Corrected here');
    });
  });

  test('fills what an item lacks from another file that has it under its own key, and doubles nothing', () => {
    withWorkspace((workspace) => {
      take(workspace, samples.ris);
      const other = `@article{someone-else, title = {RAIL GAUGES and grain}, publisher = {Letters Ltd}, doi = {https://doi.org/10.5555/TL.7.2.11}}`;
      expect(statuses(workspace, other)).toEqual(['changed']);
      expect(statuses(workspace, other)).toEqual(['unchanged']);
      const row = items(workspace).find(({ citation_key }) => citation_key === 'okafor2021');
      expect(row?.csl).toMatchObject({ title: 'Rail gauges and grain', publisher: 'Letters Ltd' });
      expect(items(workspace)).toHaveLength(2);
    });
  });

  test('gives keys by the rule, never twice and never anew', () => {
    withWorkspace((workspace) => {
      const keyless = (title: string) =>
        `TY  - JOUR\nAU  - Müller, Jörg\nPY  - 2020\nTI  - ${title}\nER  - \n`;
      const keys = (text: string) => take(workspace, text).items.map(({ key }) => key);
      expect(keys(keyless('One') + keyless('Two') + keyless('Three'))).toEqual([
        'muller2020',
        'muller2020b',
        'muller2020c',
      ]);
      moveRows(workspace.replica, 'remove', {
        entity: 'reference_items',
        ids: items(workspace)
          .slice(0, 1)
          .map(({ id }) => id),
      });
      expect(keys(keyless('Four'))).toEqual(['muller2020d']);
      expect(keys(keyless('One'))).toEqual(['muller2020']);
      const clash = `@book{muller2020b, title = {Quite another}, author = {Zhang, Wei}, year = 1999}`;
      expect(keys(clash)).toEqual(['muller2020bb']);
      expect(keys(clash)).toEqual(['muller2020bb']);
      const added = addRow(workspace.replica, {
        entity: 'reference_items',
        values: {
          csl: {
            type: 'book',
            title: 'By hand',
            author: [{ family: 'Müller' }],
            issued: { 'date-parts': [[2020]] },
          },
        },
      }).result.id;
      expect(items(workspace).find(({ id }) => id === added)).toMatchObject({
        citation_key: 'muller2020e',
        name: 'By hand',
        issued: '2020',
      });
      expect(items(workspace)).toHaveLength(6);
    });
  });

  test('makes the same item of the same entry in every workspace, and another one after a purge', () => {
    const idsIn = (workspace: OpenWorkspace): Id[] => take(workspace, samples.ris).items.map(({ id }) => id);
    withWorkspace((one) => {
      const project = (workspace: OpenWorkspace) => items(workspace)[0]?.project_id;
      const ids = idsIn(one);
      moveRows(one.replica, 'remove', { entity: 'reference_items', ids });
      purgeRows(one, { entity: 'reference_items', ids });
      const again = idsIn(one);
      expect(again.filter((id) => ids.includes(id))).toEqual([]);
      expect(idsIn(one)).toEqual(again);
      expect(project(one)).toBeDefined();
    });
  });

  test('reads past what it cannot read, and says where that is', () => {
    withWorkspace((workspace) => {
      const broken =
        '@article{a, title = {One}}\n\n@article{b title = {Two}\n\n@article{c, title = {Three}}\n';
      const answer = take(workspace, broken);
      expect(answer.items.map(({ key }) => key)).toEqual(['a', 'c']);
      expect(answer.problems).toEqual([expect.objectContaining({ line: 3 })]);
      const bad = take(
        workspace,
        '[{"id":"x","type":"book","title":"half \\ud800"}, 5, {"id":"y","type":"book"}]',
      );
      expect(bad.items.map(({ key }) => key)).toEqual(['y']);
      expect(bad.problems).toHaveLength(2);
      expect(() => take(workspace, 'just words')).toThrow('neither BibTeX, RIS nor CSL-JSON');
    });
  });

  test('gives a part what it has from its whole, and writes it as it was', () => {
    withWorkspace((workspace) => {
      const text = `@inproceedings{part, author = {Roe, Jane}, title = {A part}, crossref = {Whole}, year = {}}
@proceedings{whole, title = {The whole}, publisher = {Press}, year = 2003, editor = {Poe, Ed}}`;
      expect(statuses(workspace, text)).toEqual(['added', 'added']);
      const part = items(workspace).find(({ citation_key }) => citation_key === 'part');
      expect(part?.csl).toMatchObject({ 'container-title': 'The whole', publisher: 'Press' });
      expect(statuses(workspace, text)).toEqual(['unchanged', 'unchanged']);
      const exported = written(workspace, 'bibtex');
      expect(exported).toContain('crossref = {Whole}');
      expect(statuses(workspace, exported)).toEqual(['unchanged', 'unchanged']);
      expect(written(workspace, 'bibtex')).toBe(exported);
    });
  });

  test('is one step of undo', () => {
    withWorkspace((workspace) => {
      take(workspace, samples.bibtex);
      stepBack(workspace.replica, 'undo');
      expect(items(workspace)).toEqual([]);
      expect(statuses(workspace, samples.bibtex)).toEqual(['changed', 'changed', 'changed']);
      expect(items(workspace)).toHaveLength(3);
    });
  });
});

describe('an export', () => {
  test('says nothing that the policy keeps back, not in the words of the original file either', () => {
    withWorkspace((workspace) => {
      const secret = `@misc{s, title = {Call ada@example.org}, author = {Roe, Jane}, internal = {ada@example.org}, note = {x \\% ada@example.org}, abstract = {ada{@}example.org}}`;
      take(workspace, secret);
      const policy = {
        ...defaultPrivacySettings,
        redaction: { ...defaultPrivacySettings.redaction, detectors: ['email'] as const },
      };
      for (const format of referenceFormats) {
        const { text } = writeReferences(workspace.replica.db, library, { format, policy: policy as never });
        const decoded =
          text +
          (text.match(/[\w-]{20,}/g) ?? [])
            .map((word) => Buffer.from(word, 'base64url').toString())
            .join(' ');
        expect(decoded).toContain('Roe');
        expect(decoded).not.toMatch(/ada.{0,3}@.{0,3}example/);
      }
    });
  });

  test('writes an item that was edited by its columns only', () => {
    withWorkspace((workspace) => {
      const { id } = addRow(workspace.replica, {
        entity: 'reference_items',
        values: { name: 'Only a name' },
      }).result;
      editRows(workspace.replica, { entity: 'reference_items', ids: [id], values: { tags: ['x'] } });
      expect(written(workspace, 'bibtex')).toContain('title = {Only a name}');
    });
  });
});

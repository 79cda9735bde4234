import { expect, test } from 'vitest';
import { listRows } from '../../../db/replica/rows/read.ts';
import { readMeta, writeMeta } from '../../../db/replica/transaction/meta.ts';
import type { OpenWorkspace } from '../../../db/replica/workspace/workspace.ts';
import { writeReferences } from '../../../main/export/references/write.ts';
import { editReference, importReferences } from '../../../main/host/commands/references.ts';
import { loadCitationLibrary } from '../../../main/references/citation-library.ts';
import { referenceFormats } from '../../../main/references/format.ts';
import { defaultPrivacySettings } from '../../../sync/core/privacy-settings.ts';
import { samples } from '../../helpers/references.ts';
import { send, withTwo } from '../../helpers/two-replicas.ts';

const library = await loadCitationLibrary();

const take = ({ replica }: OpenWorkspace, text: string) =>
  importReferences(replica, library, { text }).result;

const items = ({ replica }: OpenWorkspace) =>
  listRows(replica.db, 'reference_items', {
    orderBy: 'reference_items.citation_key, reference_items.id',
  }).map(({ id, citation_key, name, csl, issued }) => ({ id, citation_key, name, csl, issued }));

/** Both laptops work in one project. */
function share(a: OpenWorkspace, b: OpenWorkspace): void {
  writeMeta(b.replica.db, 'personal-project', readMeta(a.replica.db, 'personal-project') ?? '');
}

test.each(referenceFormats)(
  'a file of %s that two laptops import apart makes the same items once',
  (format) => {
    withTwo((a, b) => {
      share(a, b);
      take(a, samples[format]);
      take(b, samples[format]);
      const [first] = items(a);
      editReference(a.replica, { id: first?.id ?? '', csl: { title: 'Corrected on one laptop' } });
      send(a, b);
      send(b, a);
      expect(items(a)).toEqual(items(b));
      expect(items(a)).toHaveLength(take(a, samples[format]).items.length);
      expect(items(b).some(({ name }) => name === 'Corrected on one laptop')).toBe(true);
    });
  },
);

test('a key that two laptops gave to two works leads each entry of an export back to its own', () => {
  withTwo((a, b) => {
    share(a, b);
    const keyless = (title: string) => `TY  - BOOK\nAU  - Roe, Jane\nPY  - 2020\nTI  - ${title}\nER  - \n`;
    take(a, keyless('One'));
    take(b, keyless('Two'));
    send(a, b);
    send(b, a);
    expect(items(a).map(({ citation_key }) => citation_key)).toEqual(['roe2020', 'roe2020']);
    for (const format of referenceFormats) {
      const { text } = writeReferences(a.replica.db, library, { format, policy: defaultPrivacySettings });
      expect(take(a, text).items.map(({ status }) => status)).toEqual(['unchanged', 'unchanged']);
    }
    expect(take(a, keyless('Three')).items[0]?.key).toBe('roe2020b');
  });
});

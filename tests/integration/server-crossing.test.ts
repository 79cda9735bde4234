import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { type EntityName, entitySpec } from '../../db/catalogue/catalogue.ts';
import type { Json } from '../../db/catalogue/types.ts';
import { beginEpoch, PostgresStore } from '../../sync/server/store/postgres-store.ts';
import { logged, makeTenant, sha256, TestLaptop, testEnvironment } from '../helpers/feed.ts';
import { describeWithPostgres, type TestPostgres } from '../helpers/postgres.ts';

/** Ada has a project with a document that only a restricted session of hers uses; Mal has a project of her own. */
async function begin(postgres: TestPostgres) {
  const database = await postgres.database();
  const { tenant, users } = await makeTenant(database.admin, { ada: 'analyst', mal: 'analyst' });
  const store = new PostgresStore(database.server);
  const environment = testEnvironment();
  const epoch = await beginEpoch(database.server);
  const laptop = (user: string) => new TestLaptop(store, environment, { tenant, user }, epoch);
  const [ada, mal] = [laptop(users.ada), laptop(users.mal)];
  const secret = await ada.makeSession({ restricted: true });
  const own = await mal.makeSession();
  const document = randomUUID();
  const claim = ada.insert('research_claims', secret.scope, { session_id: secret.session, claim_text: 'C' });
  await ada.push(
    ada.transaction([
      ada.insert('artifacts', secret.scope, { content_hash: sha256(document), file_name: 'a.pdf' }, document),
      ada.insert('evidence', secret.scope, { session_id: secret.session, artifact_id: document }),
      claim,
    ]),
  );
  const placeOf = async (entity: EntityName, id: string) => {
    const { rows } = await database.admin.query<{ scope: string }>(
      'SELECT scope FROM central.sync_row WHERE tenant_id = $1 AND entity = $2 AND id = $3',
      [tenant, entitySpec(entity).n, id],
    );
    return rows[0]?.scope;
  };
  /** Pushes one new row in the name of Mal. Answers with the refusal, or with where the row stands. */
  const plant = async (entity: EntityName, scope: string, values: Readonly<Record<string, Json>>) => {
    const row = mal.insert(entity, scope, values);
    const { results } = await mal.push(mal.transaction([row]));
    return results[0]?.code ?? (await placeOf(entity, row.row));
  };
  return { ada, mal, users, secret, own, document, claim, placeOf, plant };
}

describeWithPostgres('rows that name what stands elsewhere', (postgres) => {
  test('[P29] nobody moves a document to themselves by naming it', async () => {
    const { mal, secret, own, document, placeOf, plant } = await begin(postgres);
    await plant('evidence', own.scope, { session_id: own.session, artifact_id: document });
    expect(await placeOf('artifacts', document)).toBe(secret.scope);
    await plant('reference_items', `project:${own.project}`, {
      project_id: own.project,
      artifact_id: document,
    });
    expect(await placeOf('artifacts', document)).toBe(secret.scope);
    const pulled = await mal.pull({ [own.scope]: '0', [`project:${own.project}`]: '0' });
    expect(pulled.rows.map(({ i }) => i)).not.toContain(document);
  });

  test('[P29] nobody puts a reading or a tag on a document where they may not write', async () => {
    const { own, document, plant } = await begin(postgres);
    const reading = { artifact_id: document, extractor: 'x', extractor_version: '1' };
    expect(await plant('content_extractions', own.scope, reading)).toBe('FORBIDDEN');
    const fact = { artifact_id: document, tag_type: 'k', tag_key: 'k', tag_value: 'v' };
    expect(await plant('metadata_tags', own.scope, fact)).toBe('FORBIDDEN');
    const tag = { owner_entity: 'artifacts', owner_id: document, column_name: 'tags', element: 't' };
    expect(await plant('set_elements', own.scope, tag)).toBe('FORBIDDEN');
  });

  test('[P29] nobody adds to a row where they may only read, and no part goes over to another row', async () => {
    const { ada, mal, users, own, claim, plant } = await begin(postgres);
    const owner = { owner_entity: 'research_claims', owner_id: claim.row };
    const tag = { ...owner, column_name: 'tags', element: 't' };
    expect(await plant('set_elements', own.scope, tag)).toBe('FORBIDDEN');
    expect(await plant('judgements', own.scope, { ...owner, author_id: users.mal, column_name: 'x' })).toBe(
      'FORBIDDEN',
    );
    const shared = await ada.makeSession();
    const member = { project_id: shared.project, author_id: users.mal, role: 'reader' };
    const read = ada.insert('research_claims', shared.scope, { session_id: shared.session, claim_text: 'R' });
    await ada.push(
      ada.transaction([ada.insert('project_members', `project:${shared.project}`, member), read]),
    );
    expect(await plant('set_elements', own.scope, { ...tag, owner_id: read.row })).toBe('FORBIDDEN');

    const mine = mal.insert('research_claims', own.scope, { session_id: own.session, claim_text: 'M' });
    const part = mal.insert('set_elements', own.scope, { ...tag, owner_id: mine.row });
    const made = mal.transaction([mine, part]);
    expect((await mal.push(made)).results[0]?.st).toBe('applied');
    const { n } = entitySpec('set_elements').columns['owner_id'] ?? { n: 0 };
    const over = mal.update(part, [[n, logged(claim.row), [made.stamp]]]);
    expect((await mal.push(mal.transaction([over]))).results[0]?.code).toBe('SCOPE');
    const again = mal.insert('set_elements', own.scope, { ...tag, owner_id: claim.row }, part.row);
    expect((await mal.push(mal.transaction([again]))).results[0]?.code).toBe('SCOPE');
  });

  test('[MR17] what comes for a purged row is not stored, nor what comes to hang on it', async () => {
    const { ada, secret } = await begin(postgres);
    const page = ada.insert('evidence', secret.scope, { session_id: secret.session, title: 'T' });
    await ada.push(ada.transaction([page]));
    const { entity, row, scope } = page;
    await ada.push(ada.transaction([{ op: 'purge', entity, row, scope }]));
    const mark = ada.insert('annotations', scope, {
      evidence_id: row,
      kind: 'highlight',
      quote: 'words of the page',
    });
    const tag = { owner_entity: 'evidence', owner_id: row, column_name: 'tags', element: 't' };
    for (const part of [mark, ada.insert('set_elements', scope, tag)]) {
      const { results } = await ada.push(ada.transaction([part]));
      expect(results[0]?.code).toBe('PURGED');
    }
  });
});

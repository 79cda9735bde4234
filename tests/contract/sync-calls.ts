import { expect } from 'vitest';
import type { HostClient } from '../../preload/contract/contract.ts';
import { failure } from '../helpers/contract-calls.ts';

/** Every call about sync, of a workspace that has no server. */
export async function callSync(
  client: HostClient,
  { sessionId, evidenceId }: { readonly sessionId: string; readonly evidenceId: string },
): Promise<void> {
  expect(await client.sync.status()).toMatchObject({ state: 'off', server: null, conflicts: 0, inbox: 0 });
  const credentials = { email: 'ada@example.org', password: 'secret' };
  const nowhere = client.sync.connect({ url: 'http://127.0.0.1:9', credentials });
  expect((await failure(nowhere)).code).toBe('offline');
  const plain = client.sync.connect({ url: 'http://example.org', credentials });
  expect((await failure(plain)).message).toContain('https');
  expect((await failure(client.sync.now())).code).toBe('not-allowed');
  await client.sync.surroundings({ battery: true, metered: false });
  await client.sync.present({ sessionId });
  expect((await client.sync.pause({ paused: true })).state).toBe('off');
  expect((await client.sync.signOut()).state).toBe('off');
  expect(await client.sync.conflicts()).toEqual([]);
  const leaving = await client.sync.leaving({ limit: 2 });
  expect(leaving.sessions.map(({ id }) => id)).toEqual([sessionId]);
  expect(leaving.policyVersion).toBeNull();
  expect(await client.sync.leaving({ after: leaving.next })).toMatchObject({ sessions: [], next: null });
  expect(await client.sync.decide({ ids: [evidenceId], take: 'mine' })).toEqual({ decided: 0 });
  for (const list of ['inbox', 'notices', 'splits'] as const) expect(await client.sync[list]()).toEqual([]);
  expect(await client.sync.answerDeletes({ ids: [evidenceId], word: 'keep' })).toEqual({ decided: 0 });
  expect(await client.sync.settle({ items: [1], word: 'kept' })).toEqual({ settled: 0 });
  expect((await client.sync.scopes()).scopes.every(({ state }) => state === 'only-here')).toBe(true);
  expect((await client.sync.chooseScopes({ everything: false })).everything).toBe(false);
  expect((await client.sync.keepFiles({ bytes: 1024 })).fileBytes).toBe(1024);
  const alone = client.sync.chooseScopes({ leave: [{ kind: 'session', id: sessionId }] });
  expect((await failure(alone)).code).toBe('not-allowed');
  const pins = (await client.sync.pin({ sessionId, pinned: true })).scopes.filter(({ pinned }) => pinned);
  expect(pins.map(({ id }) => id)).toEqual([sessionId]);
  expect(await client.sync.merged()).toEqual([]);
  await client.sync.mergedSeen();
  const page = { entity: 'evidence', id: evidenceId } as const;
  const { values } = await client.sync.hideable(page);
  expect(values.find(({ column }) => column === 'title')).toMatchObject({ hidden: false, mayHide: true });
  expect(await client.sync.hide({ ...page, columns: ['title'], hidden: true })).toEqual({ changed: 1 });
  expect(await client.sync.hide({ ...page, columns: ['title'], hidden: true })).toEqual({ changed: 0 });
  const hidden = (await client.sync.leaving({ limit: 500 })).rows.find(({ id }) => id === evidenceId);
  expect(hidden?.fields.find(({ rule }) => rule === 'by_hand')).toMatchObject({
    columns: ['title'],
    whose: 'own',
  });
  const closed = client.sync.hide({ ...page, columns: ['sharing_level'], hidden: true });
  expect((await failure(closed)).message).toContain('cannot be hidden by itself');
  expect(await client.sync.hide({ ...page, columns: ['title'], hidden: false })).toEqual({ changed: 1 });
}

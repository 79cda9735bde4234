import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { getRow, listRows } from '../../../../db/replica/rows/read.ts';
import { updateRow } from '../../../../db/replica/rows/write.ts';
import { deviceRefusal, isTooOld } from '../../../../db/replica/sync/device-rules.ts';
import { listInbox } from '../../../../db/replica/sync/inbox.ts';
import { writeSync } from '../../../../db/replica/sync/meta.ts';
import { waitingToSend } from '../../../../db/replica/sync/outbox.ts';
import { wipe } from '../../../../db/replica/sync/wipe.ts';
import { transact } from '../../../../db/replica/transaction/transact.ts';
import type { OpenWorkspace } from '../../../../db/replica/workspace/workspace.ts';
import { heldSettings } from '../../../../main/host/data/held-settings.ts';
import { writerFunctions } from '../../../../main/host/data/writer.ts';
import { decide } from '../../../../sync/core/decide.ts';
import { policyDestinations } from '../../../../sync/core/privacy-settings.ts';
import { addPdf, capturePdf } from '../../../helpers/pdf-evidence.ts';
import { makePdf } from '../../../helpers/pdf.ts';
import { addReadable } from '../../../helpers/readable-evidence.ts';
import { addEvidence, addSession, withWorkspace } from '../../../helpers/replica.ts';

const dayMs = 86_400_000;

/** As after a greeting: the organisation's settings, told this many days ago. */
function told({ replica }: OpenWorkspace, settings: object, daysAgo = 0): void {
  writeSync(replica.db, 'policy', JSON.stringify(settings));
  writeSync(replica.db, 'policy-version', '1');
  writeSync(replica.db, 'policy-at', new Date(Date.now() - daysAgo * dayMs).toISOString());
}

/** Every byte of the workspace's folder, by file. */
function bytesOf({ layout }: OpenWorkspace): Buffer[] {
  return readdirSync(layout.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
}

const holds = (workspace: OpenWorkspace, word: string) =>
  bytesOf(workspace).some((bytes) => bytes.includes(word));

describe('what an organisation asks of a laptop', () => {
  test('an unencrypted workspace does not sync where encryption is required', () => {
    withWorkspace((workspace) => {
      const { db } = workspace.replica;
      expect(deviceRefusal(db, false)).toBeNull();
      told(workspace, { devices: { require_encryption: true } });
      expect(deviceRefusal(db, false)).toContain('Encrypt the workspace');
      expect(deviceRefusal(db, true)).toBeNull();
    });
  });

  test.each(['max_policy_age_days', 'max_offline_days'])(
    'after %s nothing leaves to anywhere but models on the laptop, until the server was heard again',
    (rule) => {
      withWorkspace((workspace) => {
        const { db } = workspace.replica;
        told(workspace, { devices: { [rule]: 3 } }, 2);
        const now = Date.now();
        expect(heldSettings(db, now).closed).toBeUndefined();
        expect(isTooOld(db, now)).toBe(false);
        told(workspace, { devices: { [rule]: 3 } }, 4);
        expect(isTooOld(db, now)).toBe(true);
        const held = heldSettings(db, now);
        for (const destination of policyDestinations) {
          const { decision, rule: path, reason } = decide(held, { class: 'open' }, destination);
          if (destination === 'models_local') expect(decision).toBe('allow');
          else expect([decision, path]).toEqual(['keep_local', `devices.${rule}`]);
          if (destination === 'export') expect(reason).toContain('Connect to the server');
        }
      });
    },
  );

  test('what the organisation keeps from an export is kept though the person’s own settings allow it', () => {
    withWorkspace((workspace) => {
      told(workspace, {
        level_rules: { restricted: { export: 'withhold' } },
        redaction: { detectors: ['email'] },
      });
      const held = heldSettings(workspace.replica.db, Date.now());
      expect(held.redaction.detectors).toEqual(['email']);
      expect(decide(held, { class: 'internal', level: 'restricted' }, 'export')).toMatchObject({
        decision: 'withhold',
        rule: 'organisation: level_rules.restricted.export',
      });
      expect(decide(held, { class: 'internal' }, 'export').decision).toBe('allow');
    });
  });

  test('where sessions may not be kept off the server, none begins to be; what was kept before stays here', () => {
    withWorkspace((workspace) => {
      const { replica } = workspace;
      const stay = (id: string, local_only: boolean) =>
        transact(replica, { command: 'edit' }, (tx) =>
          updateRow(tx, 'research_sessions', id, { local_only }),
        );
      const [before, after] = [addSession(workspace), addSession(workspace)];
      stay(before, true);
      told(workspace, { local_only: 'forbidden' });
      const waiting = waitingToSend(replica.db).count;
      expect(() => stay(after, true)).toThrow('does not let a session be kept off');
      expect(getRow(replica.db, 'research_sessions', after)?.local_only).not.toBe(true);
      addEvidence(workspace, before, 'still only here');
      expect(waitingToSend(replica.db).count).toBe(waiting);
      stay(before, false);
      expect(waitingToSend(replica.db).count).toBeGreaterThan(waiting);
    });
  });
});

describe('a copy that is taken back', () => {
  test('leaves no word of it in any file; what was never to be sent stays', () => {
    withWorkspace((workspace) => {
      const { replica } = workspace;
      const kept = addSession(workspace, 'keptword1');
      transact(replica, { command: 'edit' }, (tx) =>
        updateRow(tx, 'research_sessions', kept, { local_only: true }),
      );
      addEvidence(workspace, kept, 'keptword2');
      const session = addSession(workspace, 'goneword1');
      const evidence = addReadable(workspace, session, 'goneword2', 'goneword3 and more words');
      const write = writerFunctions(workspace, () => undefined);
      write['edits.edit']({ entity: 'evidence', ids: [evidence], values: { tags: ['goneword4'] } });
      write['edits.edit']({ entity: 'research_sessions', ids: [session], values: { notes: 'goneword5' } });
      const words = [1, 2, 3, 4, 5].map((n) => `goneword${n}`);
      expect(words.filter((word) => holds(workspace, word))).toEqual(words);
      const answer = write['sync.wipe']({ rule: 'devices.on_revoke' });
      expect(answer).toMatchObject({ kept: 0 });
      expect(answer.givenUp).toBeGreaterThan(3);
      expect(words.filter((word) => holds(workspace, word))).toEqual([]);
      expect(listRows(replica.db, 'evidence')).toMatchObject([{ title: 'keptword2' }]);
      expect(listInbox(replica.db)).toEqual([]);
      expect(holds(workspace, 'keptword1')).toBe(true);
    });
  });

  test('in an encrypted workspace keeps unsent work in the inbox, with its values', () => {
    withWorkspace((workspace) => {
      addEvidence(workspace, addSession(workspace, 'of the session'), 'never sent');
      const counts = wipe(workspace.replica, true);
      expect(counts.kept).toBeGreaterThan(1);
      const inbox = listInbox(workspace.replica.db);
      expect(JSON.stringify(inbox)).toContain('never sent');
      expect(inbox.every(({ kind }) => kind === 'revoked')).toBe(true);
      expect(listRows(workspace.replica.db, 'evidence')).toEqual([]);
    }, new Uint8Array(32).fill(7));
  });

  test('takes its files with it', async () => {
    const captured = await capturePdf(await makePdf(['words of a page']));
    withWorkspace((workspace) => {
      const { artifact } = addPdf(workspace, addSession(workspace), 'a file', captured);
      const hash = getRow(workspace.replica.db, 'artifacts', artifact)?.content_hash ?? '';
      expect(workspace.blobs.has(hash)).toBe(true);
      writerFunctions(workspace, () => undefined)['sync.wipe']({ rule: 'devices.on_revoke' });
      expect(workspace.blobs.has(hash)).toBe(false);
      expect(workspace.blobs.names()).toEqual([]);
    });
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columnSpec, type EntityName } from '../../../db/catalogue/catalogue.ts';
import type { Id } from '../../../db/catalogue/rows.ts';
import { enrol } from '../../../db/replica/sync/enrol.ts';
import type { OpenWorkspace } from '../../../db/replica/workspace/workspace.ts';
import { writerFunctions } from '../../../main/host/data/writer.ts';
import { syncEgress } from '../../../main/outbound/sync-egress.ts';
import { cycle } from '../../../sync/client/cycle.ts';
import { firstPace } from '../../../sync/client/pace.ts';
import { replicaStore } from '../../../sync/client/replica-store.ts';
import { decide, type Subject } from '../../../sync/core/decide.ts';
import {
  decisions,
  type PrivacySettings,
  privacySettingsSchema,
} from '../../../sync/core/privacy-settings.ts';
import { addReadable } from '../../helpers/readable-evidence.ts';
import { addSession, withWorkspace } from '../../helpers/replica.ts';
import { drive, TinyServer } from '../../helpers/tiny-server.ts';

const seed = 20_261_123;
const user = '00000000-0000-7000-8000-00000000000a';
const decision = fc.oneof(
  { weight: 3, arbitrary: fc.constant('allow' as const) },
  fc.constantFrom(...decisions),
);
const effect = fc.record({ sync: decision });

const settings: fc.Arbitrary<PrivacySettings> = fc
  .record({
    classes: fc.record({ internal: effect, content: effect }, { requiredKeys: [] }),
    level_rules: fc.dictionary(fc.constantFrom('public', 'internal', 'restricted'), effect),
    sources: fc.array(
      fc.record({
        match: fc.constantFrom({ domain: 'example.org' }, { tag: 'sealed' }, { type: 'uploaded_document' }),
        effect,
        locked: fc.boolean(),
      }),
      { maxLength: 2 },
    ),
    redaction: fc.record({ detectors: fc.constantFrom([], [], ['email' as const]) }),
  })
  .map((given) => privacySettingsSchema.parse(given));

/** A text that somebody wrote, with what has to be asked before it may leave. */
interface Canary {
  readonly text: string;
  readonly subjects: readonly Subject[];
  readonly localOnly?: true;
  readonly detected?: true;
}

type Level = NonNullable<Subject['level']>;

function plant(workspace: OpenWorkspace): Canary[] {
  const write = writerFunctions(workspace, () => undefined);
  const canaries: Canary[] = [];
  let count = 0;
  const word = () => `canary${(count += 1)}q${'z'.repeat(3)}${count}q`;
  const edit = (entity: EntityName, id: Id, values: Record<string, unknown>) =>
    write['edits.edit']({ entity, ids: [id], values: values as never });
  const put = (
    entity: EntityName,
    column: string,
    level: Level,
    source: Subject['source'],
    more: object = {},
  ) => {
    const text = word();
    const privacy = columnSpec(entity, column)?.privacy ?? 'secret';
    canaries.push({ text, subjects: [{ class: privacy, level, source }], ...more });
    return text;
  };
  const open = addSession(workspace, 'open');
  const kept = addSession(workspace, 'kept');
  edit('research_sessions', kept, { local_only: true });
  const keptWords = word();
  canaries.push({ text: keptWords, subjects: [], localOnly: true });
  // One transaction over both sessions: what belongs to the kept one has to stay.
  write['edits.edit']({ entity: 'research_sessions', ids: [open, kept], values: { tags: ['both'] } });
  edit('research_sessions', kept, { tags: [keptWords], notes: keptWords });
  const plain = { session: open };
  edit('research_sessions', open, {
    title: put('research_sessions', 'title', 'internal', plain),
    notes: put('research_sessions', 'notes', 'internal', plain),
    tags: [put('research_sessions', 'tags', 'internal', plain)],
  });
  // An address that stands in the note for a moment only, written in three pieces.
  const name = word();
  canaries.push({
    text: name,
    detected: true,
    subjects: [{ class: 'internal', level: 'internal', source: plain }],
  });
  const claim = write['edits.add']({
    entity: 'research_claims',
    values: { session_id: open, claim_text: put('research_claims', 'claim_text', 'internal', plain) },
  }).id;
  for (const reasoning of [
    `write to ${name}`,
    `write to ${name}@example`,
    `write to ${name}@example.org`,
    'no',
  ])
    edit('research_claims', claim, { reasoning });
  const words = word();
  const sealed = addReadable(workspace, open, 'sealed page', words);
  const source = { domain: 'paper.example.org', type: 'uploaded_document', tags: ['sealed'], session: open };
  edit('evidence', sealed, {
    tags: ['sealed'],
    source_url: 'https://paper.example.org/a',
    sharing_level: 'restricted',
  });
  edit('evidence', sealed, {
    summary: put('evidence', 'summary', 'restricted', source),
    notes: put('evidence', 'notes', 'restricted', source),
  });
  const quoted = columnSpec('claim_evidence', 'quote')?.privacy ?? 'secret';
  canaries.push({ text: words, subjects: [{ class: quoted, level: 'restricted', source }] });
  write['claims.link']({ claimId: claim, evidenceId: sealed, stance: 'supports', quote: words });
  plantAcross(workspace, { open, kept, word, canaries });
  return canaries;
}

/** An open page with an address in its text, and words of it in the claims of a session that stays and of a restricted one. */
function plantAcross(
  workspace: OpenWorkspace,
  { open, kept, word, canaries }: { open: Id; kept: Id; word: () => string; canaries: Canary[] },
): void {
  const write = writerFunctions(workspace, () => undefined);
  const [name, inKept] = [word(), word()];
  const page = addReadable(workspace, open, 'open page', `by ${name}@example.org: ${inKept} and others`);
  const plain = addReadable(workspace, open, 'plain page', 'nothing to hide');
  const ofPage = { type: 'uploaded_document', session: open };
  const content = { class: 'content', level: 'internal', source: ofPage } as const;
  // The page's own words leave with its text wherever that may.
  for (const text of [name, inKept]) canaries.push({ text, detected: true, subjects: [content] });
  const closed = addSession(workspace, 'closed');
  write['edits.edit']({
    entity: 'research_sessions',
    ids: [closed],
    values: { sharing_level: 'restricted' },
  });
  const note = (session: Id, evidenceId: Id, quote: string) => {
    const claimId = write['edits.add']({
      entity: 'research_claims',
      values: { session_id: session, claim_text: 'c' },
    }).id;
    const said = word();
    write['claims.link']({ claimId, evidenceId, stance: 'supports', quote, note: said });
    return said;
  };
  canaries.push({ text: note(kept, page, inKept), subjects: [], localOnly: true });
  const privacy = columnSpec('claim_evidence', 'note')?.privacy ?? 'secret';
  const subject = { class: privacy, level: 'restricted', source: ofPage } as const;
  canaries.push({ text: note(closed, plain, 'nothing to hide'), subjects: [subject] });
}

function mayLeave({ subjects, localOnly, detected }: Canary, tried: readonly PrivacySettings[]): boolean {
  if (localOnly === true) return false;
  if (detected === true && tried.some(({ redaction }) => redaction.detectors.length > 0)) return false;
  return tried.every((policy) =>
    subjects.every((subject) => decide(policy, subject, 'sync').decision === 'allow'),
  );
}

/** Everything that one laptop sends under these settings, with the bodies as they read. */
function sent(workspace: OpenWorkspace, policies: readonly PrivacySettings[]): string {
  const { replica } = workspace;
  const egress = () =>
    syncEgress({
      db: replica.db,
      policies,
      policyVersion: 1,
      person: { author: replica.author, user },
      host: 's.example',
      now: () => '2026-01-01T00:00:00.000Z',
    });
  const server = new TinyServer(user);
  const texts: string[] = [];
  for (let at = 0; at < 3; at += 1) {
    const engine = cycle({ app: 'test', now: () => 0, pace: firstPace });
    drive(engine, replicaStore({ replica, egress, onChange: () => undefined }), (call, text) => {
      texts.push(text);
      return server.answer(call, text);
    });
  }
  const whole = texts.join('\n');
  const bodies = whole.match(/[A-Za-z0-9+/]{8,}={0,2}/gu) ?? [];
  return whole + bodies.map((body) => Buffer.from(body, 'base64').toString('latin1')).join('\n');
}

/** Canaries that left a fresh laptop under these settings. Texts are the same for every laptop. */
function leaked(policies: readonly PrivacySettings[]) {
  return withWorkspace((workspace) => {
    enrol(workspace.replica, { server: 'https://s.example', tenant: user, user });
    const canaries = plant(workspace);
    const said = sent(workspace, policies);
    return {
      canaries,
      left: new Set(canaries.map(({ text }) => text).filter((text) => said.includes(text))),
    };
  });
}

describe('what leaves for the server', () => {
  test('holds no byte of a value that either side keeps, in rows, sets, texts and their updates, and quotes', () => {
    let [kept, left] = [0, 0];
    fc.assert(
      fc.property(settings, settings, (tenant, own) => {
        const result = leaked([tenant, own]);
        const forbidden = result.canaries.filter((each) => !mayLeave(each, [tenant, own]));
        kept += forbidden.length;
        left += result.left.size;
        expect(forbidden.filter(({ text }) => result.left.has(text))).toEqual([]);
      }),
      { seed, numRuns: 25 },
    );
    expect(Math.min(kept, left)).toBeGreaterThan(40);
  });

  test('under the settings of nobody is everything but what stays here: the scan sees what leaves', () => {
    const open = privacySettingsSchema.parse({});
    const { canaries, left } = leaked([open, open]);
    expect(canaries.filter(({ text }) => !left.has(text))).toMatchObject([
      { localOnly: true },
      { localOnly: true },
    ]);
  });

  test('a tightened policy lets nothing more through', () => {
    fc.assert(
      fc.property(settings, fc.constantFrom('internal', 'content'), decision, (policy, name, to) => {
        const before = policy.classes[name]?.sync ?? 'allow';
        const stricter = decisions.indexOf(to) > decisions.indexOf(before) ? to : before;
        const tight = { ...policy, classes: { ...policy.classes, [name]: { sync: stricter } } };
        const loose = leaked([policy]).left;
        expect([...leaked([tight]).left].filter((text) => !loose.has(text))).toEqual([]);
      }),
      { seed, numRuns: 8 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asksFacts, decide, type Subject } from '../../../sync/core/decide.ts';
import {
  decisions,
  defaultPrivacySettings,
  policyDestinations,
  type PrivacySettings,
  privacySettingsSchema,
} from '../../../sync/core/privacy-settings.ts';

const decision = fc.constantFrom(...decisions);
const destination = fc.constantFrom(...policyDestinations);
const rules = fc.dictionary(fc.constantFrom(...policyDestinations), decision);
const levels = ['public', 'partner', 'internal', 'restricted'] as const;
const classes = ['open', 'internal', 'content', 'personal'] as const;

const policy: fc.Arbitrary<PrivacySettings> = fc
  .record({
    classes: fc.dictionary(fc.constantFrom(...classes), rules),
    level_rules: fc.dictionary(fc.constantFrom(...levels), rules),
    sources: fc.array(
      fc.record({
        match: fc.record({ domain: fc.constantFrom('a.example', 'example') }),
        effect: rules,
        locked: fc.boolean(),
      }),
      { maxLength: 3 },
    ),
  })
  .map((settings) => privacySettingsSchema.parse(settings));

const subject: fc.Arbitrary<Subject> = fc.record({
  class: fc.constantFrom(...classes, 'secret' as const),
  level: fc.constantFrom(...levels, null),
  source: fc.record({ domain: fc.constantFrom('a.example', 'b.a.example', 'other.test', null) }),
  localOnly: fc.boolean(),
});

const strictness = (policyNow: PrivacySettings, about: Subject, to: (typeof policyDestinations)[number]) =>
  decisions.indexOf(decide(policyNow, about, to).decision);

describe('the decision on what leaves', () => {
  test('denies by default what the empty settings do not allow', () => {
    const of = (to: (typeof policyDestinations)[number]) =>
      decide(defaultPrivacySettings, { class: 'content' }, to).decision;
    expect(policyDestinations.filter((to) => of(to) === 'allow')).toEqual([
      'sync',
      'models_local',
      'export',
      'fetch',
    ]);
  });

  test('a secret never leaves, whatever the policy says', () => {
    fc.assert(
      fc.property(policy, destination, (settings, to) => {
        expect(decide(settings, { class: 'secret' }, to)).toMatchObject({
          decision: 'keep_local',
          rule: 'secret',
        });
      }),
      { seed: 11 },
    );
  });

  test('hangs on the class alone where no rule asks for a level or a source', () => {
    fc.assert(
      fc.property(policy, subject, destination, (settings, about, to) => {
        fc.pre(!asksFacts(settings, to) && about.localOnly !== true);
        expect(decide(settings, about, to)).toEqual(decide(settings, { class: about.class }, to));
      }),
      { seed: 19 },
    );
  });

  test('is total, and names a rule', () => {
    fc.assert(
      fc.property(policy, subject, destination, (settings, about, to) => {
        const ruling = decide(settings, about, to);
        expect(decisions).toContain(ruling.decision);
        expect(ruling.rule).not.toBe('');
      }),
      { seed: 12 },
    );
  });

  test('tightening a class or a level never lets more through', () => {
    const where = fc.oneof(
      fc.constantFrom(...classes).map((name) => ['classes', name] as const),
      fc.constantFrom(...levels).map((name) => ['level_rules', name] as const),
    );
    fc.assert(
      fc.property(policy, subject, destination, where, (settings, about, to, [part, name]) => {
        const rulesOf = settings[part] as Record<string, Record<string, string>>;
        const tightened = privacySettingsSchema.parse({
          ...settings,
          [part]: { ...rulesOf, [name]: { ...rulesOf[name], [to]: 'keep_local' } },
        });
        expect(strictness(tightened, about, to)).toBeGreaterThanOrEqual(strictness(settings, about, to));
      }),
      { seed: 13 },
    );
  });

  test('a locked source rule holds beside the class rule, an open one in its place', () => {
    const settings = (locked: boolean) =>
      privacySettingsSchema.parse({
        classes: { content: { fetch: 'withhold' } },
        sources: [{ match: { domain: 'a.example' }, effect: { fetch: 'allow' }, locked }],
      });
    const about: Subject = { class: 'content', source: { domain: 'www.a.example' } };
    expect(decide(settings(false), about, 'fetch')).toMatchObject({
      decision: 'allow',
      rule: 'sources[0].fetch',
    });
    expect(decide(settings(true), about, 'fetch')).toMatchObject({
      decision: 'withhold',
      rule: 'classes.content.fetch',
    });
    expect(decide(settings(false), { ...about, source: { domain: 'not-a.example' } }, 'fetch').decision).toBe(
      'withhold',
    );
  });

  test('unknown keys are refused, not ignored', () => {
    expect(privacySettingsSchema.safeParse({ clases: {} }).success).toBe(false);
    expect(privacySettingsSchema.safeParse({ classes: { content: { fetsch: 'allow' } } }).success).toBe(
      false,
    );
  });
});

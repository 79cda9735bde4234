import type { PrivacyClass } from '../../db/catalogue/types.ts';
import type { HeldSettings } from './held-settings.ts';
import {
  type Decision,
  decisions,
  type PolicyDestination,
  type PrivacySettings,
} from './privacy-settings.ts';

/** What the decision is about: a value's class, its sharing level, and where it came from. */
export interface Subject {
  readonly class: PrivacyClass;
  readonly level?: 'public' | 'partner' | 'internal' | 'restricted' | null | undefined;
  readonly source?: SourceFacts | undefined;
  /** The session is kept off the server. */
  readonly localOnly?: boolean;
}

/** What a source rule can match. A domain matches its subdomains too. */
export interface SourceFacts {
  readonly domain?: string | null;
  readonly type?: string | null;
  readonly tags?: readonly string[];
  readonly session?: string | null;
  readonly mime?: string | null;
}

/** A decision with the path of the rule that made it, which people and audits are shown. */
export interface Ruling {
  readonly decision: Decision;
  readonly rule: string;
  readonly reason: string;
}

const defaults: Readonly<Record<PolicyDestination, Decision>> = {
  sync: 'allow',
  models_local: 'allow',
  models_remote: 'keep_local',
  mcp: 'keep_local',
  export: 'allow',
  fetch: 'allow',
  analytics: 'keep_local',
};

/**
 * Whether a value may leave for a destination, and by which rule. Pure and total. Secrets never leave; a source rule stands in
 * place of the class rule, or beside it where it is locked; of all rules that apply, those of settings beside these too, the strictest
 * holds.
 */
export function decide(policy: HeldSettings, subject: Subject, destination: PolicyDestination): Ruling {
  if (subject.class === 'secret') {
    return { decision: 'keep_local', rule: 'secret', reason: 'Secrets never leave this laptop.' };
  }
  if (policy.closed !== undefined && destination !== 'models_local') {
    return { decision: 'keep_local', ...policy.closed };
  }
  const { class: privacy } = subject;
  const asked = { ...subject, class: privacy };
  const own = decideAlone(policy, asked, destination);
  if (policy.beside === undefined) return own;
  const other = decideAlone(policy.beside, asked, destination);
  return strictness(other.decision) > strictness(own.decision)
    ? { ...other, rule: `organisation: ${other.rule}` }
    : own;
}

function decideAlone(
  policy: PrivacySettings,
  subject: Subject & { readonly class: Exclude<PrivacyClass, 'secret'> },
  destination: PolicyDestination,
): Ruling {
  const ofClass = classRule(policy, subject.class, destination);
  const ofSource = sourceRule(policy, subject.source ?? {}, destination);
  const applicable: Ruling[] = [ofSource === null || ofSource.locked ? ofClass : ofSource.ruling];
  if (ofSource?.locked === true) applicable.push(ofSource.ruling);
  const level = subject.level ?? 'internal';
  const ofLevel = policy.level_rules[level]?.[destination];
  if (ofLevel !== undefined) {
    const rule = `level_rules.${level}.${destination}`;
    applicable.push({ decision: ofLevel, rule, reason: `Sharing level: ${level}.` });
  }
  if (subject.localOnly === true && destination === 'sync') {
    applicable.push({
      decision: 'keep_local',
      rule: 'local_only',
      reason: 'The session stays on this laptop.',
    });
  }
  return applicable.reduce((strictest, each) =>
    strictness(each.decision) > strictness(strictest.decision) ? each : strictest,
  );
}

/**
 * Whether a policy's word on a destination can hang on anything but the class of a value and the session's own choice to stay: on a
 * sharing level or a source. Where it cannot, nobody has to look these up.
 */
export function asksFacts(policy: PrivacySettings, destination: PolicyDestination): boolean {
  return (
    policy.sources.some(({ effect }) => effect[destination] !== undefined) ||
    Object.values(policy.level_rules).some((effect) => effect?.[destination] !== undefined)
  );
}

function strictness(decision: Decision): number {
  return decisions.indexOf(decision);
}

function classRule(
  policy: PrivacySettings,
  name: Exclude<PrivacyClass, 'secret'>,
  destination: PolicyDestination,
): Ruling {
  const set = policy.classes[name]?.[destination];
  if (set === undefined) {
    return { decision: defaults[destination], rule: `defaults.${destination}`, reason: '' };
  }
  return { decision: set, rule: `classes.${name}.${destination}`, reason: '' };
}

function sourceRule(
  policy: PrivacySettings,
  facts: SourceFacts,
  destination: PolicyDestination,
): { readonly ruling: Ruling; readonly locked: boolean } | null {
  for (const [index, { match, effect, reason, locked }] of policy.sources.entries()) {
    const decision = effect[destination];
    if (decision === undefined || !matches(match, facts)) continue;
    return { ruling: { decision, rule: `sources[${index}].${destination}`, reason }, locked };
  }
  return null;
}

function matches(match: PrivacySettings['sources'][number]['match'], facts: SourceFacts): boolean {
  const domain = facts.domain?.toLowerCase() ?? '';
  const wanted = match.domain?.toLowerCase();
  return (
    (wanted === undefined || domain === wanted || domain.endsWith(`.${wanted}`)) &&
    (match.type === undefined || match.type === facts.type) &&
    (match.tag === undefined || (facts.tags ?? []).includes(match.tag)) &&
    (match.session === undefined || match.session === facts.session) &&
    (match.mime === undefined || match.mime === facts.mime)
  );
}

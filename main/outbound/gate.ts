import type { EntityName } from '../../db/catalogue/catalogue.ts';
import type { Id } from '../../db/catalogue/rows.ts';
import { decide, type Ruling } from '../../sync/core/decide.ts';
import {
  defaultPrivacySettings,
  type PrivacySettings,
  privacySettingsSchema,
} from '../../sync/core/privacy-settings.ts';
import { hidesWhole, redactText } from '../../sync/core/detectors.ts';
import type { ExportTally } from './export-filter.ts';
import type { RowFacts } from './facts.ts';
import type { Receipt } from './receipts.ts';

/** Where receipts go; it resolves when they are durable. */
export type RecordReceipts = (receipts: readonly Receipt[]) => Promise<void>;

/** The policy as it is stored. Settings that cannot be understood let nothing out. */
export function policyFrom(stored: unknown): PrivacySettings {
  if (stored === null || stored === undefined) return defaultPrivacySettings;
  const parsed = privacySettingsSchema.safeParse(stored);
  return parsed.success ? parsed.data : nothingLeaves;
}

const nothing = {
  sync: 'keep_local',
  models_local: 'allow',
  models_remote: 'keep_local',
  mcp: 'keep_local',
  export: 'keep_local',
  fetch: 'keep_local',
  analytics: 'keep_local',
} as const;

const nothingLeaves: PrivacySettings = {
  ...defaultPrivacySettings,
  classes: { open: nothing, internal: nothing, content: nothing, personal: nothing },
};

/**
 * Every way out of the laptop, for one workspace and one policy. What is allowed leaves a receipt before a byte leaves; what is
 * not allowed leaves nothing.
 */
export class Gate {
  readonly policy: PrivacySettings;
  readonly #record: RecordReceipts;
  readonly #now: () => string;

  constructor(policy: PrivacySettings, record: RecordReceipts, now: () => string) {
    this.policy = policy;
    this.#record = record;
    this.#now = now;
  }

  /** Whether an address may be asked for. The address itself tells what is being researched: it counts as content. */
  async decideFetch(url: string): Promise<{ allowed: boolean; rule: string }> {
    const { hostname } = new URL(url);
    const ruling = decide(this.policy, { class: 'content', source: { domain: hostname } }, 'fetch');
    return this.#settle(ruling, 'fetch', { host: hostname }, 1);
  }

  /**
   * What of these words may go to an embedding endpoint, without what the detectors find. Class rules decide here; whether a
   * document's own facts keep it back is decided for each passage before it is offered (`passageMayLeave`).
   */
  async decideEmbedding(
    texts: readonly string[],
    endpoint: string,
  ): Promise<{ allowed: true; texts: readonly string[] } | { allowed: false; rule: string }> {
    const destination = modelDestination(endpoint);
    const source = { domain: new URL(endpoint).hostname };
    const ruling = decide(this.policy, { class: 'content', level: 'public', source }, destination);
    const { redaction } = this.policy;
    if (ruling.decision === 'allow' && hidesWhole(redaction)) {
      return { allowed: false, rule: 'redaction.person_names' };
    }
    const clean = texts.map((text) => redactText(text, redaction));
    const redacted = clean.reduce((sum, each) => sum + each.found, 0);
    const subject = { host: new URL(endpoint).hostname, policy: this.policy.v, redacted };
    const { allowed, rule } = await this.#settle(ruling, destination, subject, texts.length);
    return allowed ? { allowed, texts: clean.map(({ text }) => text) } : { allowed, rule };
  }

  /** Leaves the receipt of an export before its file is written: what passed, what did not, and by which rules. */
  async exported(
    of: { readonly entity: EntityName; readonly id?: Id },
    format: string,
    tally: ExportTally,
    rows: number,
  ): Promise<void> {
    const { allowed, redacted, withheld, rules } = tally;
    const subject = {
      ...of,
      format,
      policy: this.policy.v,
      allowed,
      redacted,
      withheld,
    };
    const rule = Object.keys(rules).toSorted().join(', ');
    await this.#settle({ decision: 'allow', rule, reason: '' }, 'export', subject, rows);
  }

  async #settle(
    ruling: Ruling,
    destination: string,
    subject: Receipt['subject'],
    rows: number,
  ): Promise<{ allowed: boolean; rule: string }> {
    const allowed = ruling.decision === 'allow';
    if (allowed) {
      const { decision, rule } = ruling;
      await this.#record([{ at: this.#now(), destination, decision, rule, subject, rows }]);
    }
    return { allowed, rule: ruling.rule };
  }
}

/** Whether a document's words may go to an embedding endpoint: its level, session, tags, type and address are asked. */
export function passageMayLeave(policy: PrivacySettings, facts: RowFacts, endpoint: string): boolean {
  const { level, source, localOnly } = facts;
  const subject = { class: 'content' as const, level, source, localOnly };
  return decide(policy, subject, modelDestination(endpoint)).decision === 'allow';
}

/** A model on this laptop is not outside of it. */
function modelDestination(endpoint: string): 'models_local' | 'models_remote' {
  return isLoopback(new URL(endpoint).hostname) ? 'models_local' : 'models_remote';
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

import type { EntityName } from '../../db/catalogue/catalogue.ts';
import { columnSpec, entitySpec } from '../../db/catalogue/catalogue.ts';
import type { Id } from '../../db/catalogue/rows.ts';
import { decide, type Ruling, type SourceFacts, type Subject } from '../../sync/core/decide.ts';
import {
  defaultPrivacySettings,
  type PolicyDestination,
  type PrivacySettings,
  privacySettingsSchema,
} from '../../sync/core/privacy-settings.ts';
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

  /** Whether words may go to an embedding endpoint. */
  async decideEmbedding(
    texts: readonly string[],
    endpoint: string,
  ): Promise<{ allowed: true } | { allowed: false; rule: string }> {
    const { hostname } = new URL(endpoint);
    const destination = isLoopback(hostname) ? 'models_local' : 'models_remote';
    const ruling = decide(this.policy, { class: 'content', source: { domain: hostname } }, destination);
    const { allowed, rule } = await this.#settle(ruling, destination, { host: hostname }, texts.length);
    return allowed ? { allowed } : { allowed, rule };
  }

  /** Leaves the receipt of an export before its file is written. */
  async exported(sessionId: Id, format: string, rows: number, rule: string): Promise<void> {
    const subject = { entity: 'research_sessions', id: sessionId, format };
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

/** The ruling on one column of one row. */
export function rulingOn(
  policy: PrivacySettings,
  entity: EntityName,
  column: string,
  about: { readonly level?: Subject['level']; readonly source?: SourceFacts; readonly localOnly?: boolean },
  destination: PolicyDestination,
): Ruling {
  const privacy = columnSpec(entity, column)?.privacy ?? 'secret';
  return decide(policy, { class: privacy, ...about }, destination);
}

/** What stands in place of a redacted value. */
export function marker(policy: PrivacySettings, rule: string): { redacted: string; policy: number } {
  return { redacted: rule, policy: policy.v };
}

/** Columns of an entity that are words of a person or a source: the others are facts of the row. */
export function columnsByRuling(
  policy: PrivacySettings,
  entity: EntityName,
  about: Parameters<typeof rulingOn>[3],
  destination: PolicyDestination,
): Map<string, { readonly ruling: Ruling; readonly columns: string[] }> {
  const found = new Map<string, { readonly ruling: Ruling; readonly columns: string[] }>();
  for (const column of Object.keys(entitySpec(entity).columns)) {
    const ruling = rulingOn(policy, entity, column, about, destination);
    const key = `${ruling.decision} ${ruling.rule}`;
    const same = found.get(key) ?? { ruling, columns: [] };
    same.columns.push(column);
    found.set(key, same);
  }
  return found;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

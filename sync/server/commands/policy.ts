import { z } from 'zod';
import { decide, type Ruling } from '../../core/decide.ts';
import {
  decisions,
  type PolicyDestination,
  policyDestinations,
  type PrivacySettings,
  privacySettingsSchema,
} from '../../core/privacy-settings.ts';
import { type Sql, transact } from '../database/pool.ts';
import { announce } from '../http/between-processes.ts';
import { ServerError } from '../errors.ts';
import type { OpenDatabase } from '../open-database.ts';
import { holdNumbering } from '../store/hold-numbering.ts';
import { tenantIdOf } from './tenants.ts';

/** A tenant's privacy settings as they are written, and complete with what they leave open. */
export interface Policy {
  readonly version: number;
  readonly written: unknown;
  readonly settings: PrivacySettings;
}

const classes = ['open', 'internal', 'content', 'personal'] as const;
const levels = ['public', 'partner', 'internal', 'restricted'] as const;

export async function getPolicy(database: Pick<OpenDatabase, 'pool'>, slug: string): Promise<Policy> {
  const tenantId = await tenantIdOf(database, slug);
  return transact(database.pool, { tenantId }, readPolicy);
}

/**
 * Puts new settings in the place of the old. Where they are stricter for anything that laptops have, their copies are made
 * anew under them: the scopes' epochs move. Throws `BAD_REQUEST` with the place that is wrong; unknown keys are refused.
 */
export async function setPolicy(
  database: Pick<OpenDatabase, 'pool'>,
  slug: string,
  written: unknown,
): Promise<{ readonly version: number; readonly withdraws: readonly string[]; readonly sentence: string }> {
  const tenantId = await tenantIdOf(database, slug);
  const parsed = privacySettingsSchema.safeParse(written);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ServerError('BAD_REQUEST', 'These are not privacy settings. Nothing was changed.', {
      at: issue?.path.join('.') ?? '',
      problem: issue?.message ?? '',
    });
  }
  const made = await transact(database.pool, { tenantId }, async (sql) => {
    await sql.first('SELECT 1 FROM governance.tenants WHERE id = $1 FOR NO KEY UPDATE', [tenantId]);
    // A push that was judged by the old settings starts over (P25).
    await holdNumbering(sql, tenantId);
    const before = await readPolicy(sql);
    const withdraws = stricter(before.settings, parsed.data);
    await sql.run(
      'UPDATE governance.tenants SET privacy_settings = $2, policy_version = policy_version + 1 WHERE id = $1',
      [tenantId, JSON.stringify(written)],
    );
    if (withdraws.length > 0) await renewScopes(sql);
    return { version: before.version + 1, withdraws, sentence: sentenceOf(withdraws) };
  });
  // Laptops that are online greet again and hear of it at once.
  await announce(database.pool, tenantId, null);
  return made;
}

/** What would become of a value of a class and level on its way to a destination, and by which rule. */
export async function explainPolicy(
  database: Pick<OpenDatabase, 'pool'>,
  slug: string,
  question: { readonly class?: string | undefined; readonly level?: string | undefined; readonly to: string },
): Promise<readonly (Ruling & { readonly class: string; readonly level: string })[]> {
  const { settings } = await getPolicy(database, slug);
  const asked = z
    .object({
      class: z.enum(classes).optional(),
      level: z.enum(levels).optional(),
      to: z.enum(policyDestinations),
    })
    .safeParse(question);
  if (!asked.success) {
    throw new ServerError(
      'BAD_REQUEST',
      `Ask for a class (${classes.join(', ')}), a level (${levels.join(', ')}) and a destination (${policyDestinations.join(', ')}).`,
    );
  }
  const { to } = asked.data;
  return grid()
    .filter((each) => asked.data.class === undefined || each.class === asked.data.class)
    .filter((each) => asked.data.level === undefined || each.level === asked.data.level)
    .map((each) => ({ ...each, ...decide(settings, each, to) }));
}

function grid() {
  return classes.flatMap((name) => levels.map((level) => ({ class: name, level })));
}

/** What is stricter on the way to and from the server than it was: classes and levels by name, and rules that cannot be compared. */
function stricter(before: PrivacySettings, after: PrivacySettings): string[] {
  const rank = (settings: PrivacySettings, subject: ReturnType<typeof grid>[number], to: PolicyDestination) =>
    decisions.indexOf(decide(settings, subject, to).decision);
  const found = grid()
    .filter((subject) => rank(after, subject, 'sync') > rank(before, subject, 'sync'))
    .map((subject) => `${subject.class} at level ${subject.level}`);
  if (JSON.stringify(before.sources) !== JSON.stringify(after.sources) && after.sources.length > 0) {
    found.push('what the rules for sources match');
  }
  const added = after.redaction.detectors.filter((each) => !before.redaction.detectors.includes(each));
  if (added.length > 0) found.push(`${added.join(', ')} in redacted texts`);
  return found;
}

function sentenceOf(withdraws: readonly string[]): string {
  if (withdraws.length === 0) return 'Nothing is withdrawn. What was allowed before stays where it is.';
  return `Withdrawn from the server's copies on laptops: ${withdraws.join('; ')}.`;
}

/** Laptops fetch every scope of the tenant again: what they may no longer have is not in what they get. */
async function renewScopes(sql: Sql): Promise<void> {
  await sql.run('UPDATE central.sync_scope SET scope_epoch = scope_epoch + 1');
}

async function readPolicy(sql: Sql): Promise<Policy> {
  const row = await sql.first<{ policy_version: number; privacy_settings: unknown }>(
    'SELECT policy_version, privacy_settings FROM governance.tenants WHERE id = governance.current_tenant()',
  );
  const written = row?.privacy_settings ?? {};
  return { version: row?.policy_version ?? 0, written, settings: privacySettingsSchema.parse(written) };
}

import { z } from 'zod';

/** What may become of a value on its way out, from the loosest to the strictest. */
export const decisions = ['allow', 'redact', 'withhold', 'keep_local'] as const;
export type Decision = (typeof decisions)[number];

/** Where something can leave to. */
export const policyDestinations = [
  'sync',
  'models_local',
  'models_remote',
  'mcp',
  'export',
  'fetch',
  'analytics',
] as const;
export type PolicyDestination = (typeof policyDestinations)[number];

const decision = z.enum(decisions);
const rules = z.partialRecord(z.enum(policyDestinations), decision);
const levels = z.enum(['public', 'partner', 'internal', 'restricted']);

const source = z.strictObject({
  match: z
    .strictObject({
      domain: z.string().optional(),
      type: z.string().optional(),
      tag: z.string().optional(),
      session: z.string().optional(),
      mime: z.string().optional(),
    })
    .refine((match) => Object.keys(match).length > 0, { message: 'A source rule matches something.' }),
  effect: rules,
  reason: z.string().default(''),
  /** The strictest of this rule and the class rules holds, rather than this rule alone. */
  locked: z.boolean().default(false),
});

/** The privacy settings of a tenant, or of a person whose workspace has none. Unknown keys are refused, not ignored. */
export const privacySettingsSchema = z.strictObject({
  v: z.literal(1).default(1),
  classes: z.partialRecord(z.enum(['open', 'internal', 'content', 'personal']), rules).default({}),
  levels: z.array(levels).default(['public', 'partner', 'internal', 'restricted']),
  level_rules: z.partialRecord(levels, rules).default({}),
  sources: z.array(source).default([]),
  redaction: z
    .strictObject({
      detectors: z
        .array(z.enum(['email', 'phone', 'iban', 'card', 'national_id', 'person_names']))
        .default([]),
      style: z.enum(['marker', 'drop']).default('marker'),
      keep_local_copy: z.boolean().default(true),
    })
    .prefault({}),
  devices: z
    .strictObject({
      require_encryption: z.boolean().default(false),
      max_policy_age_days: z.number().int().min(1).nullable().default(null),
      max_offline_days: z.number().int().min(1).nullable().default(null),
      on_revoke: z.enum(['keep_encrypted', 'wipe']).default('keep_encrypted'),
    })
    .prefault({}),
  local_only: z.enum(['allowed', 'forbidden']).default('allowed'),
  retention: z
    .strictObject({
      default_days: z.number().int().min(1).nullable().default(null),
      by_entity: z.record(z.string(), z.number().int().min(1)).default({}),
      legal_hold: z.array(z.string()).default([]),
    })
    .prefault({}),
  telemetry: z.enum(['off', 'crash_only']).default('off'),
});

export type PrivacySettings = z.infer<typeof privacySettingsSchema>;

/** The settings of an empty object. */
export const defaultPrivacySettings: PrivacySettings = privacySettingsSchema.parse({});

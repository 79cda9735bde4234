import type { PrivacySettings } from './privacy-settings.ts';

/** Why nothing may leave under settings that are too old to be relied on. */
export interface Closed {
  readonly rule: string;
  readonly reason: string;
}

/**
 * The settings as they hold on a laptop: a person's own, and those of the organisation beside them, which hold as well. `closed`
 * shuts every way out but to models on the laptop itself.
 */
export type HeldSettings = PrivacySettings & {
  readonly beside?: PrivacySettings | undefined;
  readonly closed?: Closed | undefined;
};

const dayMs = 86_400_000;

/**
 * Whether an organisation's settings are too old for anything to leave by them: by `max_policy_age_days`, or because the laptop was
 * away from its server for longer than `max_offline_days`. `toldAt` is when the server last told them, in milliseconds.
 */
export function closedByAge(
  { devices }: PrivacySettings,
  toldAt: number | null,
  now: number,
): Closed | undefined {
  if (toldAt === null) return undefined;
  const days = (now - toldAt) / dayMs;
  for (const rule of ['max_policy_age_days', 'max_offline_days'] as const) {
    const most = devices[rule];
    if (most === null || days <= most) continue;
    return {
      rule: `devices.${rule}`,
      reason: `The organisation's privacy settings were last heard of more than ${most} days ago. Connect to the server; until then nothing leaves this laptop.`,
    };
  }
  return undefined;
}

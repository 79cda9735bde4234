import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';
import { readSync } from '../../../db/replica/sync/meta.ts';
import { policyFrom } from '../../outbound/gate.ts';
import type { ServerPolicies } from '../../outbound/server-ruling.ts';
import { readSetting } from '../commands/settings.ts';

/** The settings that everything for the server is asked of: the organisation's, as last told, and the person's own. */
export function serverPolicies(db: ReadableDb): ServerPolicies {
  return [policyFrom(JSON.parse(readSync(db, 'policy') ?? 'null')), policyFrom(readSetting(db, 'privacy'))];
}

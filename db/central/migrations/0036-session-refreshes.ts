import type { CentralMigration } from './migration.ts';

/** What goes on in a session without changing who may do what, or is told when it ends. */
const ignored = 'token_hash,previous_token_hash,last_activity,rotated_at,expires_at,refreshes';

const asDefiner = (statement: string) => [
  'SET LOCAL ROLE workbench_definer',
  statement,
  'SET LOCAL ROLE workbench_owner',
];

/** The trigger's function was handed over when it was made: whoever makes a trigger with it again has to be lent it. */
const auditedWith = (secret: string, unchanged: string) => [
  'DROP TRIGGER audit ON governance.user_sessions',
  ...asDefiner('GRANT EXECUTE ON FUNCTION governance.audit_change() TO workbench_owner'),
  `CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON governance.user_sessions
     FOR EACH ROW EXECUTE FUNCTION governance.audit_change('${secret}', '${unchanged}', 'id')`,
  ...asDefiner('REVOKE EXECUTE ON FUNCTION governance.audit_change() FROM workbench_owner'),
];

const sumSession = `CREATE FUNCTION governance.sum_session() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  NEW.metadata := NEW.metadata || jsonb_build_object('refreshes', NEW.refreshes, 'last_activity', NEW.last_activity);
  RETURN NEW;
END $$`;

/**
 * A laptop refreshes its session each quarter of an hour: the record says when a session began and when it ended, and then how often it
 * was refreshed and when it was used last. That a refresh token was used twice is an event of its own.
 */
export const sessionRefreshes: CentralMigration = {
  name: '0036-session-refreshes',
  up: [
    'ALTER TABLE governance.user_sessions ADD COLUMN refreshes integer NOT NULL DEFAULT 0',
    sumSession,
    `CREATE TRIGGER summed BEFORE UPDATE ON governance.user_sessions
       FOR EACH ROW WHEN (OLD.is_active AND NOT NEW.is_active) EXECUTE FUNCTION governance.sum_session()`,
    ...auditedWith('', ignored),
  ],
  down: [
    ...auditedWith('token_hash,previous_token_hash', 'last_activity,rotated_at,expires_at'),
    'DROP TRIGGER summed ON governance.user_sessions',
    'DROP FUNCTION governance.sum_session()',
    'ALTER TABLE governance.user_sessions DROP COLUMN refreshes',
  ],
};

/**
 * SQL of the audit log. The chain covers salted hashes of values; the values stand beside it and can be erased without
 * breaking the chain. Rows are appended by these functions only, and never changed.
 */

/** What the chain's hash is taken over: every column of a row that can never change, as one canonical text. */
export const auditText = `CREATE FUNCTION governance.audit_text(r governance.audit_logs) RETURNS bytea
  LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN convert_to((
    (to_jsonb(r) - '{time,chain_hash,ip_address}'::text[])
    || jsonb_build_object('time', extract(epoch FROM r.time)::text, 'ip_address', host(r.ip_address))
  )::text, 'UTF8')`;

/**
 * Appends one row to a tenant's chain (null: the server's own) and its values to the side table. `p_values` is
 * `{field: {old, new}}`. The chain's row is locked until the transaction ends, so that numbers have no gaps.
 */
export const appendAudit = `CREATE FUNCTION governance.append_audit(p_tenant uuid, p_entry jsonb, p_values jsonb) RETURNS uuid
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_row governance.audit_logs;
  v_previous bytea;
  v_field record;
  v_salt bytea;
BEGIN
  IF to_regclass('governance.audit_logs' || to_char(now() AT TIME ZONE 'UTC', '"_"YYYY"_"MM')) IS NULL THEN
    PERFORM governance.make_partitions('governance.audit_logs', 0);
    PERFORM governance.make_partitions('governance.audit_values', 0);
  END IF;
  v_row.id := gen_random_uuid();
  v_row.time := now();
  v_row.tenant_id := p_tenant;
  v_row.actor_type := coalesce(p_entry->>'actor_type', CASE WHEN governance.current_person() IS NULL THEN 'system' ELSE 'user' END);
  v_row.user_id := coalesce((p_entry->>'user_id')::uuid, governance.current_person());
  v_row.session_id := (p_entry->>'session_id')::uuid;
  v_row.event_type := p_entry->>'event_type';
  v_row.event_category := coalesce(p_entry->>'event_category', 'general');
  v_row.resource_type := p_entry->>'resource_type';
  v_row.resource_id := p_entry->>'resource_id';
  v_row.action := p_entry->>'action';
  v_row.outcome := coalesce(p_entry->>'outcome', 'success');
  v_row.ip_address := nullif(current_setting('app.address', true), '')::inet;
  v_row.user_agent := p_entry->>'user_agent';
  v_row.request_id := nullif(current_setting('app.request_id', true), '');
  v_row.details := coalesce(p_entry->'details', '{}');
  v_row.sensitive_data_accessed := coalesce((p_entry->>'sensitive_data_accessed')::boolean, false);
  v_row.privacy_impact := coalesce(p_entry->>'privacy_impact', 'none');
  v_row.changes := '{}';
  FOR v_field IN SELECT key, value->'old' AS old, value->'new' AS new FROM jsonb_each(coalesce(p_values, '{}')) LOOP
    v_salt := uuid_send(gen_random_uuid());
    INSERT INTO governance.audit_values (time, tenant_id, log_id, resource_id, field, salt, old, new)
      VALUES (v_row.time, p_tenant, v_row.id, v_row.resource_id, v_field.key, v_salt, v_field.old, v_field.new);
    v_row.changes := v_row.changes || jsonb_build_object(v_field.key, jsonb_build_object(
      'old', encode(sha256(v_salt || convert_to(v_field.old::text, 'UTF8')), 'hex'),
      'new', encode(sha256(v_salt || convert_to(v_field.new::text, 'UTF8')), 'hex')));
  END LOOP;
  INSERT INTO governance.audit_chains AS c (chain, n, hash)
    VALUES (coalesce(p_tenant, '00000000-0000-0000-0000-000000000000'), 1, '')
    ON CONFLICT (chain) DO UPDATE SET n = c.n + 1 RETURNING n, hash INTO v_row.n, v_previous;
  v_row.chain_hash := sha256(v_previous || governance.audit_text(v_row));
  UPDATE governance.audit_chains SET hash = v_row.chain_hash
    WHERE chain = coalesce(p_tenant, '00000000-0000-0000-0000-000000000000');
  INSERT INTO governance.audit_logs SELECT v_row.*;
  RETURN v_row.id;
END $$`;

/** What the server reports by itself (a sign-in, a refusal), in the chain of the transaction's tenant. */
export const recordEvent = `CREATE FUNCTION governance.record_event(p_entry jsonb) RETURNS uuid
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog
  AS $$ SELECT governance.append_audit(governance.current_tenant(), p_entry, NULL) $$`;

/**
 * The trigger of governance tables. First argument: columns whose values are never kept (only that they changed); second:
 * columns that are no change; third: the column that names the row. The tenant is the row's, or else the transaction's.
 */
export const auditChange = `CREATE FUNCTION governance.audit_change() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_old jsonb := CASE WHEN TG_OP = 'INSERT' THEN '{}' ELSE to_jsonb(OLD) END;
  v_new jsonb := CASE WHEN TG_OP = 'DELETE' THEN '{}' ELSE to_jsonb(NEW) END;
  v_row jsonb := CASE WHEN TG_OP = 'DELETE' THEN v_old ELSE v_new END;
  v_secret text[] := string_to_array(TG_ARGV[0], ',');
  v_changed text[];
  v_values jsonb;
  v_tenant uuid;
BEGIN
  SELECT array_agg(key ORDER BY key) INTO v_changed FROM jsonb_object_keys(v_old || v_new) AS key
    WHERE v_old->key IS DISTINCT FROM v_new->key AND key <> ALL (string_to_array(TG_ARGV[1], ','));
  IF v_changed IS NULL THEN RETURN NULL; END IF;
  SELECT jsonb_object_agg(key, jsonb_build_object('old', v_old->key, 'new', v_new->key)) INTO v_values
    FROM unnest(v_changed) AS key WHERE key <> ALL (v_secret);
  v_tenant := coalesce((v_row->>'tenant_id')::uuid,
                       CASE WHEN TG_TABLE_NAME = 'tenants' THEN (v_row->>'id')::uuid END,
                       governance.current_tenant());
  PERFORM governance.append_audit(v_tenant, jsonb_build_object(
    'event_type', 'data_modification',
    'event_category', CASE WHEN TG_TABLE_NAME IN ('users', 'memberships', 'institutions') THEN 'user'
                           WHEN TG_TABLE_NAME IN ('tenants', 'subscriptions', 'system_config') THEN 'system'
                           ELSE 'security' END,
    'resource_type', TG_TABLE_NAME,
    'resource_id', v_row->>TG_ARGV[2],
    'action', TG_TABLE_NAME || CASE TG_OP WHEN 'INSERT' THEN '.create' WHEN 'UPDATE' THEN '.update' ELSE '.delete' END,
    'privacy_impact', CASE WHEN 'privacy_settings' = ANY (v_changed) THEN 'high' ELSE 'none' END,
    'sensitive_data_accessed', v_changed && v_secret,
    'details', CASE WHEN v_changed && v_secret THEN jsonb_build_object('not_kept', (
                 SELECT jsonb_agg(key) FROM unnest(v_changed) AS key WHERE key = ANY (v_secret))) ELSE '{}' END
  ), v_values);
  RETURN NULL;
END $$`;

/** The first number of a chain at which a row is missing, was changed, or has a value that is not the one that was hashed; null where all is well. */
export const verifyAudit = `CREATE FUNCTION governance.verify_audit(p_chain uuid) RETURNS bigint
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_row governance.audit_logs;
  v_previous bytea := '';
  v_n bigint := 0;
  v_head record;
BEGIN
  FOR v_row IN SELECT * FROM governance.audit_logs
      WHERE coalesce(tenant_id, '00000000-0000-0000-0000-000000000000') = p_chain ORDER BY n LOOP
    v_n := v_n + 1;
    IF v_row.n <> v_n OR v_row.chain_hash <> sha256(v_previous || governance.audit_text(v_row)) THEN RETURN v_n; END IF;
    v_previous := v_row.chain_hash;
    PERFORM FROM governance.audit_values v WHERE v.log_id = v_row.id AND v.time = v_row.time
      AND (v_row.changes->v.field->>'old' IS DISTINCT FROM encode(sha256(v.salt || convert_to(v.old::text, 'UTF8')), 'hex')
        OR v_row.changes->v.field->>'new' IS DISTINCT FROM encode(sha256(v.salt || convert_to(v.new::text, 'UTF8')), 'hex'));
    IF FOUND THEN RETURN v_n; END IF;
  END LOOP;
  SELECT n, hash INTO v_head FROM governance.audit_chains WHERE chain = p_chain;
  IF coalesce(v_head.n, 0) <> v_n OR (v_n > 0 AND v_head.hash <> v_previous) THEN RETURN v_n + 1; END IF;
  RETURN NULL;
END $$`;

/** Erases values that are older than a tenant keeps them, or those of one purged row. The rows of the log stay. */
export const eraseAuditValues = `CREATE FUNCTION governance.erase_audit_values(p_before timestamptz, p_resource text) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_erased bigint;
BEGIN
  DELETE FROM governance.audit_values
    WHERE tenant_id = governance.current_tenant()
      AND (time < p_before OR resource_id = p_resource);
  GET DIAGNOSTICS v_erased = ROW_COUNT;
  RETURN v_erased;
END $$`;

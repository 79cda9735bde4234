/**
 * `governance.make_partitions(parent, ahead)`: monthly partitions of a table that is partitioned by time, from this month (UTC)
 * to `ahead` months later; those that are there stay. Nobody may read a partition but through its parent.
 */
export const makePartitions = `CREATE FUNCTION governance.make_partitions(p_parent regclass, p_ahead integer) RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  v_schema text;
  v_table text;
  v_month timestamp := date_trunc('month', now() AT TIME ZONE 'UTC');
  v_name text;
  v_made integer := 0;
BEGIN
  SELECT relnamespace::regnamespace::text, relname INTO v_schema, v_table
    FROM pg_class WHERE oid = p_parent AND relkind = 'p';
  IF v_schema IS NULL OR v_schema NOT IN ('governance', 'central') THEN
    RAISE EXCEPTION 'not a partitioned table of this schema: %', p_parent;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('make_partitions'), p_parent::oid::integer);
  FOR step IN 0..least(p_ahead, 24) LOOP
    v_name := v_table || to_char(v_month + step * interval '1 month', '"_"YYYY"_"MM');
    CONTINUE WHEN to_regclass(format('%I.%I', v_schema, v_name)) IS NOT NULL;
    EXECUTE format('CREATE TABLE %I.%I PARTITION OF %s FOR VALUES FROM (%L) TO (%L)', v_schema, v_name, p_parent,
                   (v_month + step * interval '1 month')::text || '+00',
                   (v_month + (step + 1) * interval '1 month')::text || '+00');
    EXECUTE format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY', v_schema, v_name);
    EXECUTE format('ALTER TABLE %I.%I FORCE ROW LEVEL SECURITY', v_schema, v_name);
    v_made := v_made + 1;
  END LOOP;
  RETURN v_made;
END $$`;

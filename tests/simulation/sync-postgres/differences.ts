import type pg from 'pg';
import { entityNames } from '../../../db/catalogue/catalogue.ts';
import type { Json } from '../../../db/catalogue/types.ts';
import type { Reply } from '../../../sync/client/effects.ts';
import { canonicalText } from '../../../sync/core/value.ts';
import { tenantId } from '../sync/device.ts';
import { foldedLines, typedLines } from './typed-rows.ts';
import type { ModelTenant } from '../sync/model-tenant.ts';

/**
 * Where two answers do not say the same; null where they do. The order of keys, of scopes in a
 * greeting, and of the bodies of a page says nothing.
 */
export function replyDifference(model: Reply, real: Reply): string | null {
  if (model === null || real === null) return model === real ? null : 'one of them answers nothing';
  if (model.status !== real.status) return `${model.status} and ${real.status} ${real.text.slice(0, 200)}`;
  return firstDifference(saidBy(model.text), saidBy(real.text));
}

function saidBy(text: string): string[] {
  const lines = text.split('\n').filter((line) => line !== '');
  const said = lines.map((line) => canonicalText(inOrder(JSON.parse(line) as Json)));
  const isBody = (line: string) => line.startsWith('{"b":');
  return [...said.filter((line) => !isBody(line)), ...said.filter(isBody).toSorted()];
}

/** A greeting names scopes in any order. */
function inOrder(said: Json): Json {
  if (said === null || typeof said !== 'object' || Array.isArray(said)) return said;
  const { scopes, ...others } = said as Readonly<Record<string, Json>>;
  if (!Array.isArray(scopes)) return said;
  return {
    ...others,
    scopes: scopes.toSorted((a: Json, b: Json) => (canonicalText(a) < canonicalText(b) ? -1 : 1)),
  };
}

function firstDifference(model: readonly string[], real: readonly string[]): string | null {
  const at = model.findIndex((line, index) => line !== real[index]);
  if (at < 0 && model.length === real.length) return null;
  const place = at < 0 ? model.length : at;
  return `${around(model[place], real[place])} and ${around(real[place], model[place])}`;
}

/** The part of a text in which it differs from another. */
function around(text: string | undefined, other: string | undefined): string {
  if (text === undefined) return 'nothing';
  let at = 0;
  while (at < text.length && text[at] === other?.[at]) at += 1;
  return text.slice(Math.max(0, at - 40), at + 80);
}

/** What PostgreSQL and the model hold that is not the same: rows as the feed has them, what they show, exits, laptops, results, numbers. */
export async function stateDifferences(admin: pg.Pool, tenant: ModelTenant): Promise<string[]> {
  const compared = (name: string, model: readonly string[], real: readonly string[]) => {
    const difference = firstDifference(model.toSorted(), real.toSorted());
    return difference === null ? [] : [`${name} differ: ${difference}`];
  };
  const lines = async (name: string, sql: string, model: readonly string[]) => {
    const { rows } = await admin.query<{ line: string }>(sql, [tenantId]);
    return compared(
      name,
      model,
      rows.map(({ line }) => line),
    );
  };
  const typed: string[] = [];
  for (const entity of entityNames)
    typed.push(
      ...compared(`typed rows of ${entity}`, foldedLines(tenant, entity), await typedLines(admin, entity)),
    );
  return [
    ...typed,
    ...(await lines(
      'rows',
      `SELECT concat_ws(' ', entity, id, scope, seq, hash, coalesce(client_id::text, '-'), foreign_seq, state) AS line
       FROM central.sync_row WHERE tenant_id = $1`,
      [...tenant.rows.values()].map(({ entity, id, scope, seq, hash, client, foreignSeq, state }) =>
        [entity, id, scope, seq, hash, client ?? '-', foreignSeq, state].join(' '),
      ),
    )),
    ...(await lines(
      'exits',
      `SELECT concat_ws(' ', scope, seq, entity, id) AS line FROM central.sync_exit WHERE tenant_id = $1`,
      tenant.exits.map(({ scope, seq, entity, id }) => [scope, seq, entity, id].join(' ')),
    )),
    ...(await lines(
      'laptops',
      `SELECT concat_ws(' ', client_id, user_id, last_mutation, last_hash) AS line FROM central.sync_client WHERE tenant_id = $1`,
      [...tenant.clients.values()].map(({ client, user, lastMutation, lastHash }) =>
        [client, user, lastMutation, lastHash].join(' '),
      ),
    )),
    ...(await lines(
      'results',
      `SELECT concat_ws(' ', client_id, mutation, stamp, status, coalesce(seq::text, '-'), coalesce(code, '-')) AS line
       FROM central.sync_result WHERE tenant_id = $1`,
      tenant.results.map(({ client, mutation, stamp, status, seq, code }) =>
        [client, mutation, stamp, status, seq ?? '-', code ?? '-'].join(' '),
      ),
    )),
    ...(await lines(
      'numbers',
      `SELECT concat_ws(' ', seq, entity, id) AS line FROM central.sync_log WHERE tenant_id = $1`,
      tenant.log.map(({ seq, entity, id }) => [seq, entity, id].join(' ')),
    )),
  ];
}

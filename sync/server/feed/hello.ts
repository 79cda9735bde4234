import { entitySpec } from '../../../db/catalogue/catalogue.ts';
import { schemaCurrent } from './schema-versions.ts';
import { type HelloAnswer, type HelloRequest, protocolVersion } from '../../protocol/messages.ts';
import { parseScope } from '../../core/scope.ts';
import { ScopeAccess } from './access.ts';
import { type FeedEnvironment, type Principal, RequestRefused } from './environment.ts';
import { TenantRules } from './ingress-policy.ts';
import { ReaderMask } from './mask.ts';
import { namesOf } from './offers.ts';
import type { ScopeRecord, ServerReader, ServerStore } from './store.ts';

/**
 * Where a laptop and the server stand: the epoch, what the server took from this client, the policy, and for each scope what to do. A scope
 * that the laptop holds and the person may no longer read is revoked by name; one that it does not hold is offered by its name; of one
 * that the server does not know nothing is said.
 */
export async function hello(
  store: ServerStore,
  environment: FeedEnvironment,
  principal: Principal,
  request: HelloRequest,
): Promise<HelloAnswer> {
  return store.write(principal.tenant, async (tx) => {
    const member = await tx.member(principal.user);
    if (member === undefined) throw new RequestRefused('FORBIDDEN', 'You are no longer a member here.');
    const client = await tx.lockClient(request.client, principal.user);
    if (client === undefined) throw new RequestRefused('FORBIDDEN', 'This client belongs to another person.');
    if (client.retired)
      throw new RequestRefused('CLIENT_RETIRED', 'This client was retired. Connect it again.');
    const epoch = await tx.epoch();
    const isSame = epoch === request.epoch;
    const cursors = request.have.map(({ scope, seq }): [string, string] => [scope, isSame ? seq : '0']);
    const said = { schema: request.schema, held: Object.fromEntries(cursors), device: principal.device };
    await tx.noteClient(request.client, said, environment.now());
    const facts = await tx.scopesNear(principal.user);
    const access = new ScopeAccess(member, facts, principal.project);
    const readable = [
      'tenant',
      `user:${principal.user}`,
      ...facts.map(({ kind, id }) => `${kind}:${id}`),
    ].filter((scope) => access.of(scope) !== 'none');
    const taken = request.have.map(({ scope }) => scope).filter((scope) => access.of(scope) === 'none');
    const unheard = await unheardOf(tx, taken);
    const named = new Set(
      [...readable, ...request.have.map(({ scope }) => scope)].filter((scope) => !unheard.has(scope)),
    );
    const records = new Map((await tx.scopes([...named])).map((record) => [record.scope, record]));
    const held = new Map(request.have.map((cursor) => [cursor.scope, cursor]));
    const policy = await tx.policy();
    const mask = new ReaderMask(access, new TenantRules(policy));
    const names = await namesOf(
      tx,
      mask,
      readable.filter((scope) => !held.has(scope)),
    );
    const { version, settings } = policy;
    return {
      v: protocolVersion,
      epoch,
      schemaMinimum: environment.limits.schemaMinimum,
      schemaCurrent,
      serverNow: environment.now(),
      lastMutation: String(client.lastMutation),
      lastHash: client.lastHash,
      backupMutation: String(client.backedUp),
      policy: { version, settings: { ...settings } },
      scopes: [...named].map((scope) => {
        const may = access.of(scope);
        const { kind, id } = parseScope(scope);
        const project = kind === 'session' ? access.session(id)?.project : undefined;
        const record = records.get(scope);
        const step = isSame ? stepOf(held.get(scope), record) : 'bootstrap';
        return {
          scope,
          scopeEpoch: record?.scopeEpoch ?? 0,
          rows: String(may === 'none' ? 0 : (record?.count ?? 0)),
          priority: priorities[kind],
          do: may === 'none' ? 'revoke' : step,
          access: may,
          part: access.hasPart(scope),
          ...(project == null || may === 'none' ? {} : { project }),
          ...(names.has(scope) ? { name: names.get(scope) ?? null } : {}),
        };
      }),
      limits: {
        pushBytes: environment.limits.pushBytes,
        pushMutations: environment.limits.pushMutations,
        pullBytes: environment.limits.pullBytes,
        partBytes: environment.limits.partBytes,
      },
    };
  });
}

const entityOfScope: Readonly<Record<string, number>> = {
  project: entitySpec('projects').n,
  session: entitySpec('research_sessions').n,
};

/**
 * Scopes of projects and sessions of which this server has never heard: it was restored from before they were made. Nothing is said of
 * them, least of all that they are to be given up: the laptops that made them send them again.
 */
async function unheardOf(tx: ServerReader, scopes: readonly string[]): Promise<Set<string>> {
  const rows = scopes.flatMap((scope) => {
    const { kind, id } = parseScope(scope);
    const entity = entityOfScope[kind];
    return entity === undefined ? [] : [{ scope, entity, id }];
  });
  if (rows.length === 0) return new Set();
  const there = new Set((await tx.rows(rows)).map(({ id }) => id));
  return new Set(rows.filter(({ id }) => !there.has(id)).map(({ scope }) => scope));
}

/** People and projects come before what stands in them. */
const priorities: Readonly<Record<ReturnType<typeof parseScope>['kind'], number>> = {
  tenant: 3,
  user: 2,
  project: 1,
  session: 0,
};

function stepOf(
  held: HelloRequest['have'][number] | undefined,
  record: ScopeRecord | undefined,
): 'pull' | 'bootstrap' {
  if (held === undefined || held.scopeEpoch !== (record?.scopeEpoch ?? 0)) return 'bootstrap';
  return held.seq !== '0' && BigInt(held.seq) < (record?.floor ?? 0n) ? 'bootstrap' : 'pull';
}

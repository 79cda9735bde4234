import { sha256 } from '../../../db/replica/sync/outbox.ts';
import { chainedText, chainHash } from '../../../sync/core/chain.ts';
import type { ExchangedTransaction } from '../../../sync/protocol/exchange.ts';
import { firstHash, protocolVersion } from '../../../sync/protocol/messages.ts';
import { pushText } from '../../../sync/protocol/push-lines.ts';
import type { Chance } from './chance.ts';
import type { Edge } from './edge.ts';
import { people } from './people.ts';

/**
 * A laptop with a newer build writes a column and an entity that nobody else knows: both have to be kept everywhere. False where there
 * is no row for it to write to.
 */
export async function newerBuild(edge: Edge, chance: Chance, count: () => number): Promise<boolean> {
  const { tenant } = edge.store;
  const row = chance.pick(
    [...tenant.rows.values()].filter(({ entity, values }) => entity === 6 && values !== undefined),
  );
  if (row === undefined) return false;
  const [made, client] = [count(), chance.id(count())];
  const stamp = `${(Date.UTC(2026, 0, 1) + made).toString(16).padStart(12, '0')}0000${'0'.repeat(14)}ff`;
  const { id, scope } = row;
  const tx: ExchangedTransaction = {
    v: 1,
    stamp,
    command: 'newer',
    origin: 'local',
    author: people.ada,
    replica: client,
    schemaVersion: 9,
    bodies: {},
    entries: [
      { op: 'update', entity: 6, row: id, scope, cells: [{ cell: 200, value: `n${made}`, base: [] }] },
      { op: 'insert', entity: 900, row: client, scope, values: ['unknown'] },
    ],
  };
  const line = chainedText(tx);
  const chain = { first: '1', previousHash: firstHash, hash: chainHash(firstHash, line, sha256) };
  const text = pushText({ v: protocolVersion, client, epoch: tenant.epoch, ...chain }, [line]);
  return (await edge.answer(people.ada, 'push', text))?.status === 200;
}

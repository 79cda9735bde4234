import { useEffect, useState } from 'react';
import type { HostClient } from '../../preload/contract/contract.ts';
import { failureOf } from '../data/failure.ts';
import { useClient } from '../data/query.ts';
import { app } from '../messages/app.ts';
import { EmptyState, Waiting } from '../ui/states.tsx';
import { type LinkKind, linkKinds } from './links.ts';
import { passageAddress, redirect, referenceAddress } from './location.ts';

async function addressOf(client: HostClient, kind: LinkKind, id: string): Promise<string> {
  if (kind === 'session') return `session/${id}`;
  if (kind === 'evidence') return `read/${id}`;
  const { row } = await client.rows.get({ entity: linkKinds[kind], id });
  if (kind === 'claim') return `claims/${String(row['session_id'])}?claim=${id}`;
  const key = row['citation_key'];
  if (kind === 'reference') return referenceAddress(typeof key === 'string' ? key : '');
  const [start, end] = [row['located_start'], row['located_end']];
  const isPlaced = typeof start === 'number' && typeof end === 'number';
  return passageAddress(String(row['evidence_id']), isPlaced ? start : null, isPlaced ? end : null);
}

/** Finds out what a link means and goes there; where it means nothing here, says so. */
export function LinkedPlace({ kind, id }: { kind: string; id: string }) {
  const client = useClient();
  const [failure, setFailure] = useState<string>();
  useEffect(() => {
    let gone = false;
    const known = kind in linkKinds ? (kind as LinkKind) : null;
    if (known === null) setFailure('');
    else
      addressOf(client, known, id).then(
        (address) => {
          if (!gone) redirect(`link/${kind}/${id}`, address);
        },
        (thrown: unknown) => setFailure(failureOf(thrown).message),
      );
    return () => {
      gone = true;
    };
  }, [client, kind, id]);
  return failure === undefined ? (
    <Waiting>{app.openingLink}</Waiting>
  ) : (
    <EmptyState title={app.deadLink}>{failure}</EmptyState>
  );
}

import { useEffect } from 'react';
import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { syncWords } from '../../messages/sync.ts';

/** Who else has this session open, while both are online; and says that this person has. */
export function Presence({ sessionId }: { sessionId: string }) {
  const client = useClient();
  const status = useQuery(queries.sync).data;
  const isOnline = status?.state === 'idle' || status?.state === 'syncing';
  useEffect(() => {
    if (!isOnline) return undefined;
    const tell = (id: string | null) => void client.sync.present({ sessionId: id }).catch(() => undefined);
    tell(sessionId);
    return () => tell(null);
  }, [client, sessionId, isOnline]);
  const names = status?.present ?? [];
  return names.length === 0 ? null : (
    <p className="row note" role="status">
      {names.map((name) => (
        <Avatar key={name} name={name} />
      ))}
      {syncWords.alsoHere(names)}
    </p>
  );
}

/** Who is in a session just now, beside its name in a list. */
export function PeopleThere({ sessionId }: { sessionId: string }) {
  const around = useQuery(queries.sync).data?.around ?? [];
  const people = around.find((each) => each.sessionId === sessionId)?.people ?? [];
  return people.map((name) => <Avatar key={name} name={name} alone />);
}

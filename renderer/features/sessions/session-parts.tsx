import { useCommands } from '../../app/commands.ts';
import { go } from '../../app/location.ts';
import { PlaceLink } from '../../app/place-link.tsx';
import { queries } from '../../data/queries.ts';
import { useQuery } from '../../data/query.ts';
import { claimWords } from '../../messages/claims.ts';
import { session } from '../../messages/session.ts';

/** The parts of one session, each a screen with a place of its own: `1` goes to its evidence, `2` to its claims. */
export function SessionParts({ id, current }: { id: string; current: 'evidence' | 'claims' }) {
  const facts = useQuery(queries.session(id)).data;
  const parts = [
    { part: 'evidence', title: session.evidence, address: `session/${id}`, count: facts?.evidence },
    { part: 'claims', title: claimWords.title, address: `claims/${id}`, count: facts?.claims },
  ] as const;
  useCommands(
    parts.map(({ part, title, address }, at) => ({
      id: `session-${part}`,
      title: session.goToPart(title),
      keys: String(at + 1),
      run: () => go(address),
    })),
  );
  return (
    <nav className="tabs" aria-label={session.parts}>
      {parts.map(({ part, title, address, count }) => (
        <PlaceLink
          key={part}
          address={address}
          className="tab"
          isCurrent={part === current}
          label={session.goToPart(title)}
        >
          {title}
          <span className="num">{count ?? ''}</span>
        </PlaceLink>
      ))}
    </nav>
  );
}

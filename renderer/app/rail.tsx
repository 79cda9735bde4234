import type { LucideIcon } from 'lucide-react';
import {
  Activity,
  Briefcase,
  FolderOpen,
  Gauge,
  Inbox,
  Library,
  MessageSquareQuote,
  Search,
  Settings,
  Trash2,
} from 'lucide-react';
import { queries } from '../data/queries.ts';
import { useQuery } from '../data/query.ts';
import { useStore } from '../data/store.ts';
import { waitingFor } from '../features/sync/sync-status.tsx';
import { app } from '../messages/app.ts';
import { inboxWords } from '../messages/inbox.ts';
import { Icon } from '../ui/icon.tsx';
import { places as openPlaces } from './location.ts';

const places: readonly (readonly [screen: keyof typeof app.screens, icon: LucideIcon])[] = [
  ['overview', Gauge],
  ['sessions', FolderOpen],
  ['search', Search],
  ['claims', MessageSquareQuote],
  ['library', Library],
];
const below: typeof places = [
  ['trash', Trash2],
  ['activity', Activity],
  ['workspaces', Briefcase],
  ['settings', Settings],
];

function Place({
  screen,
  icon,
  current,
  waiting = 0,
}: {
  screen: keyof typeof app.screens;
  icon: LucideIcon;
  current: boolean;
  /** Decisions that wait there. */
  waiting?: number;
}) {
  const name = app.screens[screen];
  return (
    <a
      className="rail-item"
      href={`#/${screen}`}
      title={name}
      aria-label={waiting === 0 ? name : `${name}: ${inboxWords.waiting(waiting)}`}
      aria-current={current ? 'page' : undefined}
    >
      <Icon of={icon} size="large" />
      {waiting === 0 ? null : (
        <span className="rail-count num" aria-hidden>
          {waiting > 99 ? '99+' : waiting}
        </span>
      )}
    </a>
  );
}

/** The screens that exist, and which one is open. */
export function Rail() {
  const { screen } = useStore(openPlaces).main;
  const sync = useQuery(queries.sync).data;
  const waiting = waitingFor(sync);
  const shown = screen === 'session' || screen === 'read' ? 'sessions' : screen;
  return (
    <nav className="rail" aria-label={app.rail}>
      <span className="rail-mark">
        <svg
          width="22"
          height="22"
          viewBox="0 0 22 22"
          aria-hidden
          fill="none"
          strokeLinecap="square"
          strokeWidth="2.2"
        >
          <path d="M3 5.5h9.5M3 11h16M3 16.5h6.5" />
          <path d="M15.5 3v5M13 14v5" />
        </svg>
      </span>
      {places.map(([screen, icon]) => (
        <Place key={screen} screen={screen} icon={icon} current={screen === shown} />
      ))}
      <span className="rail-gap" />
      {sync === undefined || (sync.state === 'off' && waiting === 0) ? null : (
        <Place screen="inbox" icon={Inbox} current={shown === 'inbox'} waiting={waiting} />
      )}
      {below.map(([screen, icon]) => (
        <Place key={screen} screen={screen} icon={icon} current={screen === shown} />
      ))}
    </nav>
  );
}

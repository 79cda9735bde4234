import { lazy, Suspense } from 'react';
import { SessionScreen } from '../features/session/session-screen.tsx';
import { SessionsScreen } from '../features/sessions/sessions-screen.tsx';
import { app } from '../messages/app.ts';
import { Waiting } from '../ui/states.tsx';
import { Writes } from '../ui/writes.tsx';
import { Boundary } from './boundary.tsx';
import { LinkedPlace } from './linked-place.tsx';
import type { Location } from './location.ts';

const OverviewScreen = lazy(() => import('../features/overview/overview-screen.tsx'));
const SearchScreen = lazy(() => import('../features/search/search-screen.tsx'));
const ReaderScreen = lazy(() => import('../features/reader/reader-screen.tsx'));
const ClaimsScreen = lazy(() => import('../features/claims/claims-screen.tsx'));
const LibraryScreen = lazy(() => import('../features/library/library-screen.tsx'));
const TrashScreen = lazy(() => import('../features/trash/trash-screen.tsx'));
const ActivityScreen = lazy(() => import('../features/activity/activity-screen.tsx'));
const WorkspacesScreen = lazy(() => import('../features/workspaces/workspaces-screen.tsx'));
const SyncScreen = lazy(() => import('../features/sync/sync-screen.tsx'));
const InboxScreen = lazy(() => import('../features/inbox/inbox-screen.tsx'));
const SettingsScreen = lazy(() => import('../features/settings/settings-screen.tsx'));

function screenOf(place: Location) {
  const { screen, id, rest, query } = place;
  switch (screen) {
    case 'overview':
      return <OverviewScreen />;
    case 'session':
      return id === null ? <SessionsScreen /> : <SessionScreen key={id} id={id} />;
    case 'read':
      return id === null ? <SessionsScreen /> : <ReaderScreen key={id} evidenceId={id} query={query} />;
    case 'search':
      return (
        <SearchScreen key={query.toString()} initial={query.get('q') ?? ''} savedId={query.get('saved')} />
      );
    case 'claims':
      return <ClaimsScreen sessionId={id} claimId={query.get('claim')} />;
    case 'library':
      return <LibraryScreen key={query.get('key')} part={id} referenceKey={query.get('key')} />;
    case 'trash':
      return <TrashScreen />;
    case 'activity':
      return <ActivityScreen key={query.toString()} part={query.get('part')} />;
    case 'settings':
      return <SettingsScreen part={id} />;
    case 'sync':
      return (
        <Writes>
          <SyncScreen part={id} />
        </Writes>
      );
    case 'inbox':
      return (
        <Writes>
          <InboxScreen part={id} />
        </Writes>
      );
    case 'workspaces':
      return <WorkspacesScreen />;
    case 'link':
      return <LinkedPlace kind={id ?? ''} id={rest ?? ''} />;
    case 'sessions':
      return <SessionsScreen />;
  }
}

/** Screens whose second word names a part of them: going from part to part leaves them, and the focus in them, as they are. */
const inParts: ReadonlySet<Location['screen']> = new Set(['sync', 'inbox']);

/** The screen of a place. What goes wrong in one pane leaves the other alone. */
export function Screen({ place }: { place: Location }) {
  return (
    <Boundary key={inParts.has(place.screen) ? place.screen : `${place.screen}${place.id ?? ''}`}>
      <Suspense fallback={<Waiting>{app.connecting}</Waiting>}>{screenOf(place)}</Suspense>
    </Boundary>
  );
}

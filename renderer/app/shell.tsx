import { ArrowLeft, ArrowRight, PanelLeft, Search as SearchIcon } from 'lucide-react';
import { useMemo, useState } from 'react';
import { bridge } from '../data/bridge.ts';
import { useClient } from '../data/query.ts';
import { useStore } from '../data/store.ts';
import { importExported } from '../features/export/import-file.ts';
import { importNotesFolder } from '../features/export/import-notes.ts';
import { HistoryHost } from '../features/history/history-dialog.tsx';
import { HidingHost } from '../features/sync/hide-dialog.tsx';
import { useSyncCommands } from '../features/sync/sync-status.tsx';
import { useSurroundings } from '../features/sync/use-surroundings.ts';
import { CaptureSurface } from '../features/session/capture-surface.tsx';
import { app } from '../messages/app.ts';
import { importWords } from '../messages/export.ts';
import { Tool } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Icon } from '../ui/icon.tsx';
import { Keys } from '../ui/keys.tsx';
import { listPlace, toggleList } from '../ui/list-overlay.tsx';
import { useShellEvents } from './shell-events.ts';
import { type Command, commands, useCommands } from './commands.ts';
import { closePane, go, places } from './location.ts';
import { Palette } from './palette.tsx';
import { ReadOnlyNotice } from './read-only-notice.tsx';
import { Rail } from './rail.tsx';
import { StatusBar } from './status-bar.tsx';
import { stepCommand } from './undo.ts';
import { useNotices } from './use-notices.ts';
import { WorkArea } from './work-area.tsx';
import { WorkspaceName } from './workspace-name.tsx';

function useShellCommands(openPalette: () => void, openSheet: () => void): void {
  const client = useClient();
  const list = useMemo<readonly Command[]>(
    () => [
      { id: 'palette', title: app.palette, keys: '$mod+k', run: openPalette },
      { id: 'undo', ...stepCommand(client, 'undo') },
      { id: 'redo', ...stepCommand(client, 'redo') },
      { id: 'search', title: app.screens.search, keys: '$mod+Shift+f', run: () => go('search') },
      { id: 'settings', title: app.screens.settings, keys: '$mod+Comma', run: () => go('settings') },
      { id: 'go-overview', title: app.screens.overview, keys: 'g o', run: () => go('overview') },
      { id: 'go-sessions', title: app.screens.sessions, keys: 'g s', run: () => go('sessions') },
      { id: 'go-search', title: app.find, keys: 'g f', run: () => go('search') },
      { id: 'go-claims', title: app.screens.claims, keys: 'g c', run: () => go('claims') },
      { id: 'go-library', title: app.screens.library, keys: 'g l', run: () => go('library') },
      { id: 'go-trash', title: app.screens.trash, keys: 'g t', run: () => go('trash') },
      { id: 'go-activity', title: app.screens.activity, keys: 'g a', run: () => go('activity') },
      { id: 'go-workspaces', title: app.screens.workspaces, keys: 'g w', run: () => go('workspaces') },
      { id: 'import', title: importWords.verb, writes: true, run: () => importExported(client) },
      { id: 'go-inbox', title: app.screens.inbox, keys: 'g i', run: () => go('inbox') },
      { id: 'go-sync', title: app.places.sync, keys: 'g y', run: () => go('sync') },
      { id: 'import-notes', title: importWords.folder, writes: true, run: () => importNotesFolder(client) },
      { id: 'list', title: app.list, keys: '[', run: toggleList },
      { id: 'back', title: app.back, keys: 'Alt+ArrowLeft', run: () => window.history.back() },
      { id: 'forward', title: app.forward, keys: 'Alt+ArrowRight', run: () => window.history.forward() },
      { id: 'close-beside', title: app.closeBeside, keys: 'Alt+w', run: () => closePane('beside') },
      ...zoomCommands(),
      { id: 'shortcuts', title: app.shortcuts, keys: 'Shift+?', run: openSheet },
    ],
    [client, openPalette, openSheet],
  );
  useCommands(list);
}

/** Keys that change the size of the page, where the shell does it; in a browser they are the browser's own. */
function zoomCommands(): readonly Command[] {
  const shell = bridge();
  if (shell?.zoom === undefined) return [];
  const zoom = (step: 'in' | 'out' | 'reset') => void shell.zoom?.(step);
  return [
    { id: 'zoom-in', title: app.larger, keys: '$mod+[Shift]+Equal', run: () => zoom('in') },
    { id: 'zoom-out', title: app.smaller, keys: '$mod+Minus', run: () => zoom('out') },
    { id: 'zoom-reset', title: app.ownSize, keys: '$mod+Digit0', run: () => zoom('reset') },
  ];
}

function Sheet({ onClose }: { onClose: () => void }) {
  const known = useStore(commands);
  return (
    <Dialog title={app.shortcuts} onClose={onClose}>
      <ul className="sheet-group">
        {known
          .filter((command) => command.keys !== undefined)
          .map((command) => (
            <li key={command.id} className="sheet-line">
              <span>{command.title}</span>
              <Keys combination={command.keys ?? ''} />
            </li>
          ))}
      </ul>
    </Dialog>
  );
}

/** The frame of the open workspace: rail, title bar, the screen, the status bar. */
export function Shell() {
  const { main: place } = useStore(places);
  const list = useStore(listPlace);
  const [palette, setPalette] = useState(false);
  const [sheet, setSheet] = useState(false);
  const openPalette = useMemo(() => () => setPalette(true), []);
  const openSheet = useMemo(() => () => setSheet(true), []);
  useShellCommands(openPalette, openSheet);
  useShellEvents();
  useNotices();
  useSurroundings();
  useSyncCommands();
  return (
    <CaptureSurface sessionId={place.screen === 'session' ? place.id : null}>
      <div className="app">
        <Rail />
        <header className="title-bar">
          <Tool icon={ArrowLeft} name={app.back} keys="Alt+ArrowLeft" onPress={() => window.history.back()} />
          <Tool
            icon={ArrowRight}
            name={app.forward}
            keys="Alt+ArrowRight"
            onPress={() => window.history.forward()}
          />
          {list === 'none' ? null : <Tool icon={PanelLeft} name={app.list} keys="[" onPress={toggleList} />}
          <WorkspaceName />
          <span className="grow" />
          <button type="button" className="find-field" onClick={openPalette}>
            <Icon of={SearchIcon} size="small" />
            <span className="grow cut">{app.find}</span>
            <Keys combination="$mod+k" />
          </button>
        </header>
        <ReadOnlyNotice />
        <div className="work">
          <WorkArea />
        </div>
        <StatusBar onShortcuts={openSheet} />
      </div>
      <HistoryHost />
      <HidingHost />
      {palette ? <Palette onClose={() => setPalette(false)} /> : null}
      {sheet ? <Sheet onClose={() => setSheet(false)} /> : null}
    </CaptureSurface>
  );
}

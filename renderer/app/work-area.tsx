import { X } from 'lucide-react';
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels';
import { useStore } from '../data/store.ts';
import { app } from '../messages/app.ts';
import { common } from '../messages/common.ts';
import { Tool } from '../ui/button.tsx';
import { PaneContext } from '../ui/pane.ts';
import { closePane, type Location, type PaneName, places, notePaneInUse } from './location.ts';
import { Screen } from './screen.tsx';

const alone = { isBeside: false, isShared: false };
const roles = {
  main: { isBeside: false, isShared: true },
  beside: { isBeside: true, isShared: true },
};

function Half({ pane, place }: { pane: PaneName; place: Location }) {
  return (
    <PaneContext value={roles[pane]}>
      <div
        className="half"
        data-half={pane}
        onFocusCapture={() => notePaneInUse(pane)}
        onPointerDownCapture={() => notePaneInUse(pane)}
      >
        <div className="half-head">
          <span className="grow cut dim">{app.places[place.screen]}</span>
          <Tool icon={X} name={app.closePane(app.places[place.screen])} onPress={() => closePane(pane)} />
        </div>
        <Screen place={place} />
      </div>
    </PaneContext>
  );
}

/** The window's work: one screen, or two beside each other with an edge between them that can be moved. */
export function WorkArea() {
  const { main, beside } = useStore(places);
  const { defaultLayout, onLayoutChanged } = useDefaultLayout({
    id: 'beside',
    panelIds: ['left', 'right'],
    storage: localStorage,
  });
  if (beside === null) {
    return (
      <PaneContext value={alone}>
        <Screen place={main} />
      </PaneContext>
    );
  }
  return (
    <Group
      className="halves"
      {...(defaultLayout === undefined ? {} : { defaultLayout })}
      onLayoutChanged={onLayoutChanged}
    >
      <Panel id="left" minSize="360px">
        <Half pane="main" place={main} />
      </Panel>
      <Separator className="pane-edge" aria-label={common.halfWidth} />
      <Panel id="right" minSize="360px">
        <Half pane="beside" place={beside} />
      </Panel>
    </Group>
  );
}

import type { ReactNode } from 'react';
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels';
import { common } from '../messages/common.ts';
import { ListOverlay, useNarrow } from './list-overlay.tsx';

/**
 * Two or three panes side by side. Their widths are dragged, or moved by arrow keys on the edge, and remembered. In a narrow
 * window the list is laid over the screen when it is asked for.
 */
export function SplitPanes({
  id,
  list,
  main,
  side,
  sideWidth = 332,
}: {
  id: string;
  list?: ReactNode;
  main: ReactNode;
  side?: ReactNode;
  sideWidth?: number;
}) {
  const isNarrow = useNarrow();
  const isBeside = list !== undefined && !isNarrow;
  const names = [isBeside ? 'list' : '', 'main', side === undefined ? '' : 'side'].filter(Boolean);
  const { defaultLayout, onLayoutChanged } = useDefaultLayout({ id, panelIds: names, storage: localStorage });
  return (
    <Group
      className="panes"
      {...(defaultLayout === undefined ? {} : { defaultLayout })}
      onLayoutChanged={onLayoutChanged}
    >
      {list === undefined || isBeside ? null : <ListOverlay>{list}</ListOverlay>}
      {isBeside ? (
        <>
          <Panel
            id="list"
            defaultSize="216px"
            minSize="180px"
            maxSize="320px"
            groupResizeBehavior="preserve-pixel-size"
          >
            <nav className="pane list-pane" aria-label={common.listPane} data-pane="list" tabIndex={-1}>
              {list}
            </nav>
          </Panel>
          <Separator className="pane-edge" aria-label={common.listWidth} />
        </>
      ) : null}
      <Panel id="main" minSize="360px">
        <main className="pane main-pane" data-pane="main" tabIndex={-1}>
          {main}
        </main>
      </Panel>
      {side === undefined ? null : (
        <>
          <Separator className="pane-edge" aria-label={common.sideWidth} />
          <Panel
            id="side"
            defaultSize={`${sideWidth}px`}
            minSize="280px"
            maxSize="480px"
            groupResizeBehavior="preserve-pixel-size"
          >
            <aside className="pane side-pane" aria-label={common.sidePane} data-pane="side" tabIndex={-1}>
              {side}
            </aside>
          </Panel>
        </>
      )}
    </Group>
  );
}

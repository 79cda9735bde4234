import type { ReactNode } from 'react';
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels';
import { common } from '../messages/common.ts';
import { ListOverlay, useNarrow } from './list-overlay.tsx';
import { usePane } from './pane.ts';

/**
 * Two or three panes side by side. Their widths are dragged, or moved by arrow keys on the edge, and remembered. In a narrow
 * window the list is laid over the screen when it is asked for. Where a screen shares the window, its inspector stands below.
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
  const { isBeside, isShared } = usePane();
  const hasList = list !== undefined && !isNarrow && !isShared;
  const isFolded = list !== undefined && !hasList && !isBeside;
  const names = [hasList ? 'list' : '', 'main', side === undefined ? '' : 'side'].filter(Boolean);
  const { defaultLayout, onLayoutChanged } = useDefaultLayout({
    id: isShared ? `${id}-shared` : id,
    panelIds: names,
    storage: localStorage,
  });
  // Two screens have one main part between them: the first's.
  const Main = isBeside ? 'section' : 'main';
  return (
    <Group
      className="panes"
      orientation={isShared ? 'vertical' : 'horizontal'}
      {...(defaultLayout === undefined ? {} : { defaultLayout })}
      onLayoutChanged={onLayoutChanged}
    >
      {isFolded ? <ListOverlay>{list}</ListOverlay> : null}
      {hasList ? (
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
      <Panel id="main" minSize={isShared ? '160px' : '360px'}>
        <Main
          className="pane main-pane"
          data-pane="main"
          tabIndex={-1}
          aria-label={isBeside ? common.besidePane : undefined}
        >
          {main}
        </Main>
      </Panel>
      {side === undefined ? null : (
        <>
          <Separator className="pane-edge" aria-label={common.sideWidth} />
          <Panel
            id="side"
            {...(isShared
              ? { defaultSize: '38%', minSize: '120px' }
              : {
                  defaultSize: `${sideWidth}px`,
                  minSize: '280px',
                  maxSize: '480px',
                  groupResizeBehavior: 'preserve-pixel-size' as const,
                })}
          >
            <aside
              className="pane side-pane"
              aria-label={isBeside ? common.besideSidePane : common.sidePane}
              data-pane="side"
              tabIndex={-1}
            >
              {side}
            </aside>
          </Panel>
        </>
      )}
    </Group>
  );
}

import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { ArtifactRow } from '../../../preload/contract/data.ts';
import { go } from '../../app/location.ts';
import { useClient } from '../../data/query.ts';
import { useWindowedRows } from '../../data/windowed-rows.ts';
import { common } from '../../messages/common.ts';
import { libraryWords } from '../../messages/screens.ts';
import { EmptyState } from '../../ui/states.tsx';
import { sizeText } from '../../ui/units.ts';

const template = 'minmax(0, 1fr) 96px 84px 120px 200px';
const rowHeight = 24;
const sort = { column: 'addedAt', direction: 'descending' } as const;

/** Every file of the workspace, whichever session brought it. */
export default function LibraryScreen() {
  const client = useClient();
  const [text, setText] = useState('');
  const source = useMemo(
    () => ({
      load: (offset: number, limit: number) => client.lists.artifacts({ text, sort, offset, limit }),
    }),
    [client, text],
  );
  const { rows, state } = useWindowedRows<ArtifactRow>(source, ['artifacts', 'evidence']);
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: state.total ?? 0,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  useEffect(() => rows.ensure(first, last), [rows, first, last, state.version]);
  return (
    <main className="screen" data-pane="main" tabIndex={-1}>
      <header className="screen-head">
        <h1>{libraryWords.title}</h1>
      </header>
      <div className="tools">
        <label className="field grow">
          <input
            aria-label={libraryWords.filter}
            placeholder={libraryWords.filter}
            value={text}
            onChange={(change) => setText(change.target.value)}
          />
        </label>
      </div>
      {state.total === 0 ? <EmptyState title={libraryWords.none} /> : null}
      <div
        ref={scroll}
        className="grid grid-scroll"
        role="grid"
        aria-label={libraryWords.title}
        aria-rowcount={state.total ?? 0}
        tabIndex={0}
      >
        <div className="grid-head" role="row" style={{ gridTemplateColumns: template }}>
          {[
            libraryWords.file,
            libraryWords.type,
            libraryWords.size,
            libraryWords.added,
            libraryWords.usedIn,
          ].map((name) => (
            <span key={name} role="columnheader">
              {name}
            </span>
          ))}
        </div>
        <div
          className="grid-body"
          role="rowgroup"
          style={{ height: virtual.getTotalSize(), position: 'relative' }}
        >
          {items.map((item) => {
            const row = rows.row(item.index);
            const use = row?.usedIn[0];
            return (
              <div
                key={item.key}
                role="row"
                aria-rowindex={item.index + 1}
                className="grid-row"
                style={{
                  gridTemplateColumns: template,
                  position: 'absolute',
                  top: item.start,
                  left: 0,
                  right: 0,
                  height: rowHeight,
                }}
                onDoubleClick={() => (use === undefined ? undefined : go(`read/${use.evidenceId}`))}
              >
                <span role="gridcell" className="lead cut">
                  {row?.title ?? row?.fileName}
                </span>
                <span role="gridcell">{row === undefined ? null : (common.types[row.type] ?? row.type)}</span>
                <span role="gridcell" className="num">
                  {row?.bytes == null ? null : sizeText(row.bytes)}
                </span>
                <span role="gridcell" className="num">
                  {row === undefined ? null : new Date(row.addedAt).toLocaleDateString()}
                </span>
                <span role="gridcell" className="cut">
                  {use === undefined ? null : (
                    <a className="link" href={`#/read/${use.evidenceId}`}>
                      {use.sessionTitle}
                    </a>
                  )}
                </span>
              </div>
            );
          })}
        </div>
      </div>
    </main>
  );
}

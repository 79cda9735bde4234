import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { failureOf } from '../../data/failure.ts';
import { useClient } from '../../data/query.ts';
import { carrySources } from '../../data/source-drag.ts';
import { claimWords } from '../../messages/claims.ts';
import { markWords } from '../../messages/reader.ts';
import { Button } from '../../ui/button.tsx';
import { showToast } from '../../ui/toasts.tsx';
import { LinkDialog } from '../claims/link-dialog.tsx';
import type { Passage } from './text-document.tsx';

const colours = ['support', 'contradict', 'question', 'note'] as const;

interface Selected {
  readonly passage: Passage;
  readonly x: number;
  readonly y: number;
}

/**
 * What can be done with the selected passage: four colours, a comment, a quote to a claim, each by its key. `offsets` finds the
 * passage of a selection in the text; the quote itself is taken from the source by the host.
 */
export function SelectionBar({
  evidenceId,
  sessionId,
  offsets,
}: {
  evidenceId: string;
  sessionId: string;
  offsets: (range: Range) => Promise<Passage | null> | Passage | null;
}) {
  const client = useClient();
  const [selected, setSelected] = useState<Selected>();
  const [quoting, setQuoting] = useState<Passage>();
  const latest = useRef(0);
  const place = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const read = (): void => {
      const turn = (latest.current += 1);
      const selection = window.getSelection();
      const range = selection === null || selection.rangeCount === 0 ? null : selection.getRangeAt(0);
      // Of two documents beside each other the bar is that of the selected one.
      const page = range?.commonAncestorContainer.parentElement?.closest('.reader-text') ?? null;
      const isInside = page !== null && place.current?.closest('.reader')?.contains(page) === true;
      if (range === null || range.collapsed || !isInside || range.toString().trim() === '') {
        setSelected(undefined);
        return;
      }
      const box = range.getBoundingClientRect();
      void Promise.resolve(offsets(range)).then((passage) => {
        if (turn !== latest.current) return;
        setSelected(passage === null ? undefined : { passage, x: box.left + box.width / 2, y: box.bottom });
        if (passage === null) showToast({ text: markWords.notFound });
      });
    };
    document.addEventListener('pointerup', read);
    document.addEventListener('keyup', read);
    return () => {
      document.removeEventListener('pointerup', read);
      document.removeEventListener('keyup', read);
    };
  }, [offsets]);
  const mark = async (passage: Passage, colour: string): Promise<void> => {
    const { start, end } = passage;
    const anchor = { selectors: [{ type: 'TextPositionSelector', start, end }] };
    try {
      await client.edits.add({ entity: 'annotations', values: { evidence_id: evidenceId, colour, anchor } });
      window.getSelection()?.removeAllRanges();
      setSelected(undefined);
    } catch (thrown) {
      showToast({ text: failureOf(thrown).message });
    }
  };
  // Before the bar is painted: who sees a key in it can press it.
  useLayoutEffect(() => {
    if (selected === undefined) return undefined;
    const press = (event: KeyboardEvent): void => {
      const target = event.target;
      const types = target instanceof HTMLElement && ['INPUT', 'TEXTAREA'].includes(target.tagName);
      if (event.ctrlKey || event.metaKey || event.altKey || types) return;
      const colour = colours[Number(event.key) - 1];
      if (colour !== undefined) void mark(selected.passage, colour);
      else if (event.key.toLowerCase() === 'q') setQuoting(selected.passage);
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  });
  useEffect(() => {
    if (selected === undefined) return undefined;
    const carry = (drag: DragEvent): void => {
      const selection = window.getSelection();
      const isSelected = drag.target instanceof Node && selection?.containsNode(drag.target, true) === true;
      if (drag.dataTransfer === null || !isSelected) return;
      carrySources(drag.dataTransfer, [{ evidenceId, ...selected.passage }], selection.toString());
    };
    document.addEventListener('dragstart', carry);
    return () => document.removeEventListener('dragstart', carry);
  }, [selected, evidenceId]);
  return (
    <>
      <span ref={place} hidden />
      {selected === undefined || quoting !== undefined ? null : (
        <div
          className="selection-bar float"
          role="toolbar"
          aria-label={markWords.selection}
          style={{ left: selected.x, top: selected.y + 6 }}
          onPointerUp={(event) => event.stopPropagation()}
        >
          {colours.map((colour, at) => (
            <Button
              key={colour}
              look="bare"
              keys={String(at + 1)}
              onPress={() => void mark(selected.passage, colour)}
            >
              <span className={`mark-dot ${colour}`} />
              {markWords.colours[colour]}
            </Button>
          ))}
          <Button look="bare" keys="q" onPress={() => setQuoting(selected.passage)}>
            {claimWords.quoteToClaim}
          </Button>
        </div>
      )}
      {quoting === undefined ? null : (
        <LinkDialog
          title={claimWords.quoteToClaim}
          sessionId={sessionId}
          sources={[{ evidenceId, ...quoting }]}
          onLinked={() => window.getSelection()?.removeAllRanges()}
          onClose={() => {
            setQuoting(undefined);
            setSelected(undefined);
          }}
        />
      )}
    </>
  );
}

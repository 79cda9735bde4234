import { useEffect, useRef, useState } from 'react';
import { carrySources } from '../../data/source-drag.ts';
import { markWords } from '../../messages/reader.ts';
import { showToast } from '../../ui/toasts.tsx';
import { useIsWritable } from '../../ui/writes.tsx';
import { type Markable, MarkBar } from './mark-bar.tsx';
import type { Passage } from './passage.ts';

/** The marks' bar at the words that are selected in a document, by the pointer or from `v` on by keys. `offsets` finds the passage of a selection in the text. */
export function SelectionBar({
  evidenceId,
  sessionId,
  offsets,
}: {
  evidenceId: string;
  sessionId: string;
  offsets: (range: Range) => Promise<Passage | null> | Passage | null;
}) {
  const isWritable = useIsWritable();
  const [selected, setSelected] = useState<Markable>();
  const latest = useRef(0);
  const isQuoting = useRef(false);
  const place = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const read = (): void => {
      // While the dialog of a quote is open, the selection is the one that it is about.
      if (isQuoting.current) return;
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
        const at = { x: box.left + box.width / 2, y: box.bottom };
        setSelected(passage === null ? undefined : { ...markablePassage(evidenceId, passage), ...at });
        if (passage === null) showToast({ text: markWords.notFound });
      });
    };
    const start = (press: KeyboardEvent): void => {
      const reader = place.current?.closest('.reader');
      if (press.key !== 'v' || !(press.target instanceof Node) || reader?.contains(press.target) !== true)
        return;
      if (press.target instanceof HTMLInputElement || press.ctrlKey || press.metaKey || press.altKey) return;
      selectFirstInView(reader);
    };
    document.addEventListener('keydown', start);
    document.addEventListener('pointerup', read);
    document.addEventListener('keyup', read);
    return () => {
      document.removeEventListener('keydown', start);
      document.removeEventListener('pointerup', read);
      document.removeEventListener('keyup', read);
    };
  }, [offsets, evidenceId]);
  useEffect(() => {
    if (selected === undefined) return undefined;
    const carry = (drag: DragEvent): void => {
      const selection = window.getSelection();
      const isSelected = drag.target instanceof Node && selection?.containsNode(drag.target, true) === true;
      if (drag.dataTransfer === null || !isSelected) return;
      carrySources(drag.dataTransfer, [selected.source], selection.toString());
    };
    document.addEventListener('dragstart', carry);
    return () => document.removeEventListener('dragstart', carry);
  }, [selected]);
  return (
    <>
      <span ref={place} hidden />
      {selected === undefined || !isWritable ? null : (
        <MarkBar
          evidenceId={evidenceId}
          sessionId={sessionId}
          selected={selected}
          onQuoting={() => {
            isQuoting.current = true;
          }}
          onDone={() => {
            isQuoting.current = false;
            window.getSelection()?.removeAllRanges();
            setSelected(undefined);
          }}
        />
      )}
    </>
  );
}

/**
 * Selects the passage that flashes, else the first line in view, so that the keyboard has a selection to go on from: Shift with
 * an arrow key extends it as everywhere.
 */
function selectFirstInView(reader: Element): void {
  const page = reader.querySelector('.reader-text');
  const top = page?.getBoundingClientRect().top ?? 0;
  const lines = [...reader.querySelectorAll('.reader-text p[data-start], .textLayer span')];
  const line =
    reader.querySelector('.reader-text mark.flash') ??
    lines.find((each) => each.getBoundingClientRect().top >= top && each.textContent.trim() !== '');
  if (line !== undefined) window.getSelection()?.selectAllChildren(line);
}

/** A passage as something to mark. */
export function markablePassage(
  evidenceId: string,
  { start, end }: Passage,
): Pick<Markable, 'selectors' | 'source'> {
  return {
    selectors: [{ type: 'TextPositionSelector', start, end }],
    source: { evidenceId, start, end },
  };
}

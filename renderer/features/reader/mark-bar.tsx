import { useLayoutEffect, useState } from 'react';
import type { Selector } from '../../../db/catalogue/anchor.ts';
import type { ClaimSource } from '../../../preload/contract/argument.ts';
import { attempt } from '../../app/attempt.ts';
import { useClient } from '../../data/query.ts';
import { claimWords } from '../../messages/claims.ts';
import { markWords } from '../../messages/reader.ts';
import { Button } from '../../ui/button.tsx';
import { LinkDialog } from '../claims/link-dialog.tsx';

const colours = ['support', 'contradict', 'question', 'note'] as const;

/** What was selected, in whichever way: what an annotation of it is anchored by, and what a claim would rest on. */
export interface Markable {
  readonly selectors: readonly Selector[];
  readonly source: ClaimSource;
  /** Middle of its lower edge in the window. */
  readonly x: number;
  readonly y: number;
}

/**
 * What can be done with what is selected: four colours, and a quote to a claim, each by its key. The quote itself is taken from
 * the source by the host. `onDone` follows what was done, or closing the dialog.
 */
export function MarkBar({
  evidenceId,
  sessionId,
  selected,
  onQuoting,
  onDone,
}: {
  evidenceId: string;
  sessionId: string;
  selected: Markable;
  /** The dialog of a quote opens; it ends by `onDone`. */
  onQuoting?: () => void;
  onDone: () => void;
}) {
  const client = useClient();
  const [quotes, setQuotes] = useState(false);
  const mark = async (colour: string): Promise<void> => {
    const anchor = { selectors: selected.selectors.map((selector) => ({ ...selector })) };
    const values = { evidence_id: evidenceId, colour, anchor: anchor as never };
    if (await attempt(client.edits.add({ entity: 'annotations', values }))) onDone();
  };
  const quote = (): void => {
    onQuoting?.();
    setQuotes(true);
  };
  // Before the bar is painted: who sees a key in it can press it.
  useLayoutEffect(() => {
    if (quotes) return undefined;
    const press = (event: KeyboardEvent): void => {
      const target = event.target;
      const types = target instanceof HTMLElement && ['INPUT', 'TEXTAREA'].includes(target.tagName);
      if (event.ctrlKey || event.metaKey || event.altKey || types) return;
      const colour = colours[Number(event.key) - 1];
      if (colour !== undefined) void mark(colour);
      else if (event.key.toLowerCase() === 'q') quote();
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  });
  if (quotes) {
    return (
      <LinkDialog
        title={claimWords.quoteToClaim}
        sessionId={sessionId}
        sources={[selected.source]}
        onClose={onDone}
      />
    );
  }
  return (
    <div
      className="selection-bar float"
      role="toolbar"
      aria-label={markWords.selection}
      style={{ left: selected.x, top: selected.y + 6 }}
      onPointerUp={(event) => event.stopPropagation()}
    >
      {colours.map((colour, at) => (
        <Button key={colour} look="bare" keys={String(at + 1)} onPress={() => void mark(colour)}>
          <span className={`mark-dot ${colour}`} />
          {markWords.colours[colour]}
        </Button>
      ))}
      <Button look="bare" keys="q" onPress={quote}>
        {claimWords.quoteToClaim}
      </Button>
    </div>
  );
}

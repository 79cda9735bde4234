import { useEffect, useRef, useState } from 'react';
import { type Draft, draftOf, failed, heard, isUnwritten, written } from '../data/draft.ts';

/** Long enough that a pause in a sentence is one step of undo, short enough that little is lost with a laptop that dies. */
const pauseMs = 2000;

/** A field's words, and what the field reports. */
export interface DraftField {
  readonly draft: string;
  /** Its row got other words while these were being written. */
  readonly isOvertaken: boolean;
  readonly type: (draft: string) => void;
  /** Writes what is unwritten: for when the field is left. */
  readonly flush: () => void;
  /** Takes the row's words again. */
  readonly reset: () => void;
}

/**
 * Words that are written in place: when the person pauses, leaves the field, or when the field or the whole window goes. What comes from
 * elsewhere meanwhile takes no word away from them. `save` answers whether it was written; words that `mayWrite` refuses wait.
 */
export function useDraft(
  text: string,
  save: (draft: string) => Promise<boolean>,
  mayWrite: (draft: string) => boolean = () => true,
): DraftField {
  const [state, setState] = useState<Draft>(() => draftOf(text));
  if (text !== state.text) setState(heard(state, text));
  // What is typed and what is flushed in one step of the browser go by what is newest, not by what was drawn last.
  const latest = useRef({ state, save, mayWrite });
  useEffect(() => {
    latest.current = { state, save, mayWrite };
  });
  const [flush] = useState(() => () => {
    const now = latest.current;
    if (!isUnwritten(now.state) || !now.mayWrite(now.state.draft)) return;
    const sent = now.state.draft;
    latest.current = { ...now, state: written(now.state) };
    setState(written);
    void now.save(sent).then((isWritten) => {
      if (!isWritten) setState((after) => failed(after, sent));
    });
  });
  const { draft } = state;
  useEffect(() => {
    const timer = setTimeout(flush, pauseMs);
    return () => clearTimeout(timer);
  }, [draft, flush]);
  useEffect(() => {
    const ends = ['beforeunload', 'pagehide'] as const;
    for (const end of ends) window.addEventListener(end, flush);
    return () => {
      for (const end of ends) window.removeEventListener(end, flush);
      flush();
    };
  }, [flush]);
  return {
    draft,
    isOvertaken: state.isOvertaken,
    type: (next) => {
      const typed = { ...latest.current.state, draft: next };
      latest.current = { ...latest.current, state: typed };
      setState((before) => ({ ...before, draft: next }));
    },
    flush,
    reset: () => setState((before) => draftOf(before.text)),
  };
}

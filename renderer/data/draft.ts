/**
 * Words in a field beside the row that they are of. `text`: what the row said when it was heard last; `sent`: what was written and has not
 * been heard as the row's text yet; `isOvertaken`: the row got other words while these were being written.
 */
export interface Draft {
  readonly text: string;
  readonly draft: string;
  readonly sent: string | null;
  readonly isOvertaken: boolean;
}

/** A field that says what its row says. */
export function draftOf(text: string): Draft {
  return { text, draft: text, sent: null, isOvertaken: false };
}

/** True where the field holds words that nobody has been asked to write down. */
export function isUnwritten({ text, draft, sent }: Draft): boolean {
  return draft !== (sent ?? text);
}

/** The row says something else now. It shows in a field in which nothing waits; what a person is writing stays theirs. */
export function heard(state: Draft, text: string): Draft {
  if (text === state.text) return state;
  if (text === state.sent) return { ...state, text, sent: null };
  return isUnwritten(state) ? { ...state, text, sent: null, isOvertaken: true } : draftOf(text);
}

/** The draft is on its way to be written. */
export function written(state: Draft): Draft {
  return { ...state, sent: state.draft, isOvertaken: false };
}

/** Writing failed: the words are unwritten again. */
export function failed(state: Draft, sent: string): Draft {
  return state.sent === sent ? { ...state, sent: null } : state;
}

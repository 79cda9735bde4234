import type { RefusalCode } from '../../protocol/messages.ts';

/** Why one transaction is refused; the rest of its push goes on. Thrown inside the feed and caught there. */
export class TransactionRefused extends Error {
  readonly code: RefusalCode;

  constructor(code: RefusalCode) {
    super(sentences[code]);
    this.name = 'TransactionRefused';
    this.code = code;
  }
}

const sentences: Readonly<Record<RefusalCode, string>> = {
  PURGED: 'What this edit was made to has been purged. Nothing of the edit was stored.',
  REDACTED: 'The edit holds a marker in place of a hidden value. Hidden values cannot be written.',
  TRANSITION:
    'The status has moved on meanwhile, and this step is not one that may follow. Look at the row and set it again.',
  POLICY: 'The tenant’s policy does not let this reach the server. The edit is kept on this laptop.',
  FORBIDDEN: 'You may not write here. Ask a lead of the project; the edit is kept on this laptop.',
  SCOPE:
    'The place in which the row stands is not known here, or is another than the edit says. Get the newest state and try again.',
  AUTHOR: 'The edit names another person as its author. Nothing of it was stored.',
  UNFAITHFUL: 'The edit holds a value that its column cannot keep. Nothing of it was stored.',
  ROW_REFUSED:
    'The row itself was refused, so this later edit of it cannot be stored. Decide on the first one.',
  QUOTA:
    'The organisation has as many sessions as its plan holds. The session is kept on this laptop. Remove others, or ask an administrator.',
};

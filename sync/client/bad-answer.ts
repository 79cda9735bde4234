/** What the server sent is not of the protocol. Nothing of it was applied, and no cursor moved. */
export class BadAnswer extends Error {
  override readonly name = 'BadAnswer';
}

/** Said where a row did not arrive as it was sent. */
export const damagedSentence =
  'A row of the page is not what its hash says. Nothing of the page was applied.';

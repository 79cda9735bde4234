/** What the server sent is not of the protocol. Nothing of it was applied, and no cursor moved. */
export class BadAnswer extends Error {
  override readonly name = 'BadAnswer';
}

/**
 * Thrown where an answer shows that another file has pushed under this one's name since the greeting (P30): the next greeting takes the
 * road of MR21.
 */
export class OtherChain extends Error {
  override readonly name = 'OtherChain';
}

/** Input that a table cannot keep. The message is safe to show; nothing was stored. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly entity: string;
  readonly column: string | null;

  constructor(message: string, entity: string, column: string | null = null) {
    super(message);
    this.entity = entity;
    this.column = column;
  }
}

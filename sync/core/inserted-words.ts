import * as Y from 'yjs';

/** The words that a Yjs update brings by itself, those that a later one takes out again among them. Throws where it is none. */
export function insertedWords(update: Uint8Array): string {
  const { structs } = Y.decodeUpdate(update);
  return structs
    .map((struct) =>
      struct instanceof Y.Item && struct.content instanceof Y.ContentString ? struct.content.str : '',
    )
    .join('');
}

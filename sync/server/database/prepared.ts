const names = new Map<string, string>();

/** A statement under a name of its own, so that a connection parses it once. For a bounded number of texts only. */
export function asPrepared(text: string): { readonly name: string; readonly text: string } {
  const name = names.get(text) ?? `prepared_${names.size}`;
  names.set(text, name);
  return { name, text };
}

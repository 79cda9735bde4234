const letters = new Intl.Segmenter();

function firstLetter(word: string): string {
  return [...letters.segment(word)][0]?.segment ?? '';
}

/** The first letters of the first and the last word of a name; of an address its first letter. */
export function initialsOf(name: string): string {
  const words = name
    .replace(/@.*/, '')
    .split(/[\s._-]+/)
    .filter(Boolean);
  const [first = '', last = ''] = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return (firstLetter(first) + firstLetter(last)).toLocaleUpperCase();
}

/** A person by their initials. Where the name does not stand beside it, it is spoken and shown under the pointer. */
export function Avatar({ name, alone = false }: { name: string; alone?: boolean }) {
  return alone ? (
    <span className="person" role="img" aria-label={name} title={name}>
      {initialsOf(name)}
    </span>
  ) : (
    <span className="person" aria-hidden>
      {initialsOf(name)}
    </span>
  );
}

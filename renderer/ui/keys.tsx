import { keyNames } from '../messages/keys.ts';

const apple = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);

function partsOf(press: string): readonly string[] {
  // What stands in brackets may be held or not.
  const parts = press.split('+').filter((part) => !part.startsWith('['));
  return parts.map((part) => {
    if (part === '$mod') return apple ? keyNames.command : keyNames.control;
    return keyNames.named[part] ?? (part.length === 1 ? part.toUpperCase() : part);
  });
}

/** A key combination as the registry writes it (`$mod+Shift+f`, `g s`), drawn as keys. */
export function Keys({ combination }: { combination: string }) {
  const caps = combination.split(' ').flatMap(partsOf);
  return (
    <span className="keys">
      {caps.map((cap, at) => (
        <kbd key={`${at}${cap}`}>{cap}</kbd>
      ))}
    </span>
  );
}

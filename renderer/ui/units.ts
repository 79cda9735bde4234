const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** A number of bytes as people write it: 12 kB, 1.4 MB. */
export function sizeText(bytes: number): string {
  let value = bytes;
  let at = 0;
  while (value >= 1000 && at < units.length - 1) {
    value /= 1000;
    at += 1;
  }
  const digits = at === 0 || value >= 10 ? 0 : 1;
  return `${value.toFixed(digits)} ${units[at] ?? 'B'}`;
}

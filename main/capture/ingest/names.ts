const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * A name as it is shown and offered for saving: the last part of any path, without control and direction characters,
 * at most 200 characters with its extension kept. Names decide nothing: bytes are kept by their hash.
 */
export function displayName(given: string): string {
  const last = given.toWellFormed().split(/[\\/]/).at(-1) ?? '';
  const clean = last
    .replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffd]/gu, '')
    .replace(/[<>:"|?*]/g, '_')
    .trim();
  if (clean === '' || /^\.+$/.test(clean)) return 'unnamed';
  const safe = reserved.test(clean) ? `_${clean}` : clean;
  if (safe.length <= 200) return safe;
  const extension = /\.[A-Za-z0-9]{1,8}$/.exec(safe)?.[0] ?? '';
  return (
    safe
      .slice(0, 199 - extension.length)
      .toWellFormed()
      .replace(/\ufffd$/, '') +
    '…' +
    extension
  );
}

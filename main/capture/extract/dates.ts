/**
 * The date that a document gives for itself as ISO-8601, or null. Accepts ISO dates and times (the day as written),
 * years, years with months, PDF dates (`D:20240312…`) and the usual written forms, which are read as UTC so that the
 * result does not depend on the laptop's time zone.
 */
export function toDate(value: string | null | undefined): string | null {
  const text = value?.trim() ?? '';
  if (text === '') return null;
  const parts =
    /^(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?=$|[T\s])/.exec(text) ??
    /^(?:D:)?(\d{4})(\d\d)(\d\d)(?=$|\d|[Z+'-])/.exec(text) ??
    /^(\d{4})\/(\d{1,2})(?:\/(\d{1,2}))?$/.exec(text) ??
    /^(?:D:)?(\d{4})$/.exec(text);
  if (parts !== null) return composed(parts[1], parts[2], parts[3]);
  const written = text.replace(/(\d)(st|nd|rd|th)\b/i, '$1');
  const time = Date.parse(/[zZ]$|UTC|GMT|[+-]\d{4}/.test(written) ? written : `${written} UTC`);
  if (Number.isNaN(time)) return null;
  const [year, month, day] = new Date(time).toISOString().slice(0, 10).split('-');
  return composed(year, month, day);
}

function composed(
  year: string | undefined,
  month: string | undefined,
  day: string | undefined,
): string | null {
  const numbers = [year, month, day].map((part) => (part === undefined ? null : Number(part)));
  const [y = null, m = null, d = null] = numbers;
  if (y === null || y < 1000 || y > 2200) return null;
  if (m === null) return String(y);
  if (m < 1 || m > 12) return String(y);
  const monthText = `${y}-${String(m).padStart(2, '0')}`;
  if (d === null || d < 1 || d > new Date(Date.UTC(y, m, 0)).getUTCDate()) return monthText;
  return `${monthText}-${String(d).padStart(2, '0')}`;
}

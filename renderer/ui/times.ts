const clock: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' };
const day: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' };

/** A moment on the person's clock, as short as it is plain: the time today, the day and time this year, else the date. */
export function momentText(iso: string, now: Date = new Date()): string {
  const at = new Date(iso);
  if (at.toDateString() === now.toDateString()) return at.toLocaleTimeString(undefined, clock);
  if (at.getFullYear() === now.getFullYear()) return at.toLocaleString(undefined, { ...day, ...clock });
  return at.toLocaleDateString(undefined, { ...day, year: 'numeric' });
}

/** A day without its year. */
export function dayText(at: Date): string {
  return at.toLocaleDateString(undefined, day);
}

/** The moments at which the last weeks began here, Mondays at midnight, and the one at which this week ends. */
export function weekBounds(weeks: number, now: Date = new Date()): Date[] {
  const sinceMonday = (now.getDay() + 6) % 7;
  return Array.from(
    { length: weeks + 1 },
    (_, at) =>
      new Date(now.getFullYear(), now.getMonth(), now.getDate() - sinceMonday - 7 * (weeks - 1 - at)),
  );
}

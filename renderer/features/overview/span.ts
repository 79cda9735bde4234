/** How far back statistics look. */
export type Span = 'month' | 'quarter' | 'year';

const days: Readonly<Record<Span, number>> = { month: 30, quarter: 90, year: 365 };

/** From the beginning of the day so many days ago to the end of this one, on the person's clock. */
export function spanOf(span: Span, now: Date = new Date()): { from: string; to: string } {
  const day = (offset: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() + offset);
  return { from: day(-days[span]).toISOString(), to: day(1).toISOString() };
}

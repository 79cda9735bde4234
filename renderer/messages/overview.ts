/** Words of the overview. */
export const overviewWords = {
  title: 'Overview',
  span: 'Span of time',
  spans: { month: '30 days', quarter: '90 days', year: '1 year' },
  sessions: (count: number) => (count === 1 ? '1 session' : `${count} sessions`),
  begun: (sessions: string) => `${sessions} begun`,
  completed: (count: number) => `${count} completed`,
  hours: (hours: number) =>
    hours < 48 ? `${hours.toFixed(1)} h each` : `${(hours / 24).toFixed(1)} days each`,
  evidence: (count: number) =>
    count === 1 ? '1 item of evidence' : `${count.toLocaleString()} items of evidence`,
  claims: (count: number) => (count === 1 ? '1 claim' : `${count.toLocaleString()} claims`),
  perSession: (mean: number) => `${mean.toFixed(1)} per session`,
  consensus: (share: number) => `consensus on ${Math.round(share * 100)} %`,
  active: 'Active sessions',
  noneActive: 'No session is active.',
  noneActiveHint: 'A session holds one question, its evidence, and what you find.',
  columns: {
    session: 'Session',
    evidence: 'Evidence',
    claims: 'Claims',
    by: 'Begun by',
    last: 'Last activity',
  },
  weeks: 'Evidence added per week',
  noWeeks: (weeks: number) => `Nothing was added in the last ${weeks} weeks.`,
  week: 'Week of',
  added: 'Added',
  chart: 'Chart',
  table: 'Table',
  view: 'Chart or table',
  chartSays: (total: number, weeks: number, most: number) =>
    `${total} items in ${weeks} weeks, at most ${most} in one week.`,
  attention: 'Needs a look',
  calm: 'Nothing needs a look.',
  calmHint: 'Lost quotes, claims without support and retracted sources stand here.',
  orphans: (count: number) => (count === 1 ? '1 quote lost its place' : `${count} quotes lost their place`),
  unsupported: (count: number) =>
    count === 1 ? '1 claim without support' : `${count} claims without support`,
  retracted: (count: number) =>
    count === 1 ? '1 claim rests on a retracted source' : `${count} claims rest on retracted sources`,
  more: (count: number) => `and ${count} more`,
  recent: 'Recent activity',
  noRecent: 'Nothing was done yet.',
  showAll: 'Show all',
} as const;

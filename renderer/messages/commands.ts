const verbs: Readonly<Record<string, string>> = {
  add: 'add',
  edit: 'change',
  tag: 'tag',
  link: 'link',
  read: 'read again',
  split: 'split',
  merge: 'merge',
  retract: 'retract',
  remove: 'move to the trash',
  restore: 'take out of the trash',
  purge: 'purge',
  import: 'import',
  undo: 'undo',
  redo: 'redo',
};

const things: Readonly<Record<string, string>> = {
  research_sessions: 'a session',
  session: 'a session',
  evidence: 'evidence',
  research_claims: 'a claim',
  claim_evidence: 'a quote of a claim',
  annotations: 'an annotation',
  artifacts: 'a file',
  reference_items: 'a reference',
  saved_searches: 'a saved search',
  projects: 'a project',
  project_members: 'a member of a project',
};

const whole: Readonly<Record<string, string>> = {
  'capture.add': 'add documents',
  'import.notes': 'import notes',
  'cite.evidence': 'cite documents',
  'sync.decide': 'decide a conflict',
  'sync.keepValues': 'hide a value from others, or show it again',
  'quality.refresh': 'bring scores up to date',
};

/** What a command is called where people read it: `edit.evidence` is "change evidence". A name from a newer build stands as it is. */
export function commandName(command: string): string {
  const [, direction, undone] = /^(undo|redo) (.+)$/.exec(command) ?? [];
  if (direction !== undefined && undone !== undefined) return `${direction}: ${commandName(undone)}`;
  const known = whole[command];
  if (known !== undefined) return known;
  const [verb = '', thing = ''] = command.split('.');
  const act = verbs[verb];
  if (act === undefined) return command;
  return thing === '' ? act : `${act}: ${things[thing] ?? thing.replaceAll('_', ' ')}`;
}

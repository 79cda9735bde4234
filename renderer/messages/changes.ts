import type { ChangeRow } from '../../preload/contract/overview.ts';
import { commandName } from './commands.ts';

type Noun = readonly [one: string, many: (count: number) => string];

const plural = (one: string, many: string): Noun => [one, (count) => `${count} ${many}`];

const nouns: Readonly<Record<string, Noun>> = {
  research_sessions: plural('a session', 'sessions'),
  evidence: plural('evidence', 'items of evidence'),
  research_claims: plural('a claim', 'claims'),
  claim_evidence: plural('a quote of a claim', 'quotes of claims'),
  annotations: plural('an annotation', 'annotations'),
  artifacts: plural('a file', 'files'),
  reference_items: plural('a reference', 'references'),
  saved_searches: plural('a saved search', 'saved searches'),
  projects: plural('a project', 'projects'),
  project_members: plural('a member of a project', 'members of a project'),
};

const kinds: Readonly<Record<string, string>> = {
  research_sessions: 'Session',
  evidence: 'Evidence',
  research_claims: 'Claim',
  claim_evidence: 'Quote of a claim',
  annotations: 'Annotation',
  reference_items: 'Reference',
  saved_searches: 'Saved search',
  projects: 'Project',
  authors: 'Author',
  users: 'Person',
  project_members: 'Member of a project',
  artifacts: 'Kept file',
  metadata_tags: 'Tag',
  content_extractions: 'Text of a file',
  set_elements: 'Member of a list',
  judgements: 'Judgement',
  text_updates: 'Edit of a text',
};

/** What things of a kind are called where a column names them. */
export function kindName(entity: string): string {
  return kinds[entity] ?? sentenceCase(entity.replaceAll('_', ' '));
}

const verbs: Readonly<Record<string, (thing: string) => string>> = {
  add: (thing) => `Added ${thing}`,
  edit: (thing) => `Changed ${thing}`,
  tag: (thing) => `Tagged ${thing}`,
  link: (thing) => `Linked evidence to ${thing}`,
  split: (thing) => `Split ${thing}`,
  merge: (thing) => `Merged ${thing}`,
  retract: (thing) => `Retracted ${thing}`,
  remove: (thing) => `Moved ${thing} to the trash`,
  restore: (thing) => `Took ${thing} out of the trash`,
  purge: (thing) => `Purged ${thing}`,
  import: (thing) => `Imported ${thing}`,
};

const whole: Readonly<Record<string, string>> = {
  'link.research_claims': 'Linked evidence to a claim',
  'workspace.create': 'Made this workspace',
  'inbox.create': 'Made the Inbox',
  'import.notes': 'Imported edited notes',
  'cite.evidence': 'Cited documents',
  'sync.fetch': 'Fetched from the server',
  enrol: 'Connected this workspace to a server',
};

/** What a change did, in words: "Moved 3 claims to the trash". Undos and redos name what they turned back. */
export function changeWords({
  command,
  subject,
  count,
}: {
  readonly command: string;
  readonly subject: Pick<NonNullable<ChangeRow['subject']>, 'entity'> | null;
  readonly count: number;
}): string {
  const [, direction, undone] = /^(undo|redo) (.+)$/.exec(command) ?? [];
  if (undone !== undefined) return `${direction === 'undo' ? 'Undid' : 'Redid'}: ${commandName(undone)}`;
  const known = whole[command];
  if (known !== undefined) return known;
  const noun = subject === null ? undefined : nouns[subject.entity];
  const verb = verbs[command === 'capture.add' ? 'add' : (command.split('.')[0] ?? '')];
  if (verb === undefined || noun === undefined) return sentenceCase(commandName(command));
  return verb(count > 1 ? noun[1](count) : noun[0]);
}

/** True where a change's subject is named by words of a source, which are set in the source's own face. */
export function isSaid({ subject }: Pick<ChangeRow, 'subject'>): boolean {
  return subject?.entity === 'claim_evidence' || subject?.entity === 'annotations';
}

/** The name of what a change was about, and how many beside it. */
export function subjectWords({ subject, count }: Pick<ChangeRow, 'subject' | 'count'>): string {
  if (subject === null) return '';
  const title = subject.title === '' ? subject.label : subject.title;
  return count > 1 ? `${title} and ${count - 1} more` : title;
}

function sentenceCase(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

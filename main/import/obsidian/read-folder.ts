import type { Id } from '../../../db/catalogue/rows.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import { idSchema } from '../../../preload/contract/payload.ts';
import { collapsed } from '../../export/obsidian/note-text.ts';
import { noteFolders } from '../../export/obsidian/folder.ts';
import { type Note, readNote, UnreadableNote } from './read-note.ts';

/** What a note is of. One that a person added for a claim has no id yet. */
export type NoteKind = 'session' | 'claim' | 'evidence';

export interface KnownNote {
  readonly kind: NoteKind;
  readonly id: Id;
  readonly note: Note;
  /** Digests of what was exported, by name. */
  readonly exported: Readonly<Record<string, string | undefined>>;
}

/** What could not be taken from a note. */
export interface NoteProblem {
  readonly path: string;
  readonly sentence: string;
}

/** A folder of notes, taken apart. */
export interface NoteFolder {
  readonly sessionId: Id;
  readonly known: readonly KnownNote[];
  /** Notes of claims that were written here. */
  readonly fresh: readonly Note[];
  /** How many files are none of ours. */
  readonly others: number;
  readonly problems: readonly NoteProblem[];
  /** The row that a wiki link leads to, by the name that it gives; undefined where it leads elsewhere. */
  readonly idOf: (target: string) => Id | undefined;
}

/** Takes a folder of notes apart. Throws `invalid-input` where it was exported from no session, or from several. */
export function readFolder(files: readonly { readonly path: string; readonly text: string }[]): NoteFolder {
  const problems: NoteProblem[] = [];
  const known: KnownNote[] = [];
  const fresh: Note[] = [];
  const sessions = new Set<Id>();
  let others = 0;
  for (const { path, text } of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const note = tryRead(path, text, problems);
    const kind = note === undefined ? undefined : kindOf(note);
    if (note === undefined || kind === undefined) {
      others += 1;
      continue;
    }
    const { id, session } = note.properties;
    if (!isId(id)) {
      if (id === undefined || id === null) fresh.push(note);
      else problems.push({ path, sentence: 'Its id is none of this Workbench. It was left out.' });
      continue;
    }
    sessions.add(kind === 'session' ? id : isId(session) ? session : '');
    const twin = known.find((each) => each.id === id);
    if (twin !== undefined) {
      problems.push({ path, sentence: `It has the id of “${twin.note.path}”. Only that one was read.` });
      continue;
    }
    known.push({ kind, id, note, exported: digestsIn(note) });
  }
  const [sessionId] = sessions;
  if (sessionId === undefined || sessionId === '' || sessions.size > 1) {
    throw new WorkbenchError(
      'invalid-input',
      sessions.size > 1
        ? 'These notes are of several sessions. Import the folder of one session. Nothing was changed.'
        : 'No note of an exported session is in this folder. Nothing was changed.',
    );
  }
  return { sessionId, known, fresh, others, problems, idOf: linkResolver(known) };
}

function tryRead(path: string, text: string, problems: NoteProblem[]): Note | undefined {
  try {
    return readNote(path, text);
  } catch (error) {
    if (!(error instanceof UnreadableNote)) throw error;
    problems.push({ path, sentence: `${error.message} It was left out.` });
    return undefined;
  }
}

/** What a note is of by what it says, or for a new one by where it stands. */
function kindOf({ path, properties }: Note): NoteKind | undefined {
  const { workbench } = properties;
  if (workbench === 'session' || workbench === 'claim' || workbench === 'evidence') {
    // Documents and sessions come from elsewhere: a note alone makes none.
    return workbench === 'claim' || isId(properties['id']) ? workbench : undefined;
  }
  const folder = path.split(/[\\/]/).at(-2)?.toLowerCase();
  return workbench === undefined && folder === noteFolders.claims.toLowerCase() ? 'claim' : undefined;
}

function digestsIn({ properties: { exported } }: Note): Record<string, string | undefined> {
  if (typeof exported !== 'object' || exported === null) return {};
  return Object.fromEntries(
    Object.entries(exported).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}

/** Links name a note by its file, or, where the file was renamed, still by the label at the end of its old name. */
function linkResolver(known: readonly KnownNote[]): (target: string) => Id | undefined {
  const byStem = new Map(known.map(({ note, id }) => [nameKey(note.stem), id]));
  const byLabel = new Map(
    known.flatMap(({ note: { properties }, id }) =>
      typeof properties['label'] === 'string' ? [[properties['label'], id] as const] : [],
    ),
  );
  return (target) => {
    const stem = (target.split(/[\\/]/).at(-1) ?? target).replace(/\.md$/i, '');
    const [, label] = /(?:^|\()([A-Z]-[0-9A-Z]{4,12})\)?$/.exec(stem.trim()) ?? [];
    return byStem.get(nameKey(stem)) ?? (label === undefined ? undefined : byLabel.get(label));
  };
}

/** File systems and Obsidian do not agree on case and on how accents are composed. */
function nameKey(stem: string): string {
  return collapsed(stem).normalize('NFC').toLowerCase();
}

function isId(value: unknown): value is Id {
  return idSchema.safeParse(value).success;
}

import { z } from 'zod';
import type { HelloAnswer } from '../../../sync/protocol/messages.ts';
import { blobToId, idToBlob } from '../rows/ids.ts';
import type { ReadableDb, WritableDb } from '../sqlite/open.ts';
import { ownScope } from './enrol.ts';
import { readSync, writeSync } from './meta.ts';

const choiceSchema = z.object({
  /** Whether new projects and sessions in which the person has a part are taken along without being asked for. */
  everything: z.boolean(),
  taken: z.array(z.string()),
  left: z.array(z.string()),
  /** Ids of sessions whose files are fetched first and stay. */
  pinned: z.array(z.string()),
  /** Bytes of files that there is to be room for beside those of pinned sessions; null for all. */
  fileBytes: z.number().int().min(0).nullable().default(null),
});

/** What the person wants to have on this laptop. It describes this file alone and is neither logged nor sent. */
export type ScopeChoice = Readonly<z.infer<typeof choiceSchema>>;

const offersSchema = z.array(
  z.object({
    scope: z.string(),
    access: z.enum(['read', 'review', 'write']),
    part: z.boolean(),
    project: z.string().nullable(),
    name: z.string().nullable(),
  }),
);

/** A scope that the server lets this person read, as the last greeting said. `name` is known only while it is not held here. */
export type Offer = Readonly<z.infer<typeof offersSchema>[number]>;

const first: ScopeChoice = { everything: true, taken: [], left: [], pinned: [], fileBytes: null };

/** The person's choice; until there is one, everything in which they have a part. */
export function readChoice(db: ReadableDb): ScopeChoice {
  const text = readSync(db, 'choice');
  return text === undefined ? first : choiceSchema.parse(JSON.parse(text));
}

export function writeChoice(db: WritableDb, choice: ScopeChoice): void {
  writeSync(db, 'choice', JSON.stringify(choice));
}

/** What the server offered at the last greeting. */
export function readOffers(db: ReadableDb): readonly Offer[] {
  const text = readSync(db, 'offers');
  return text === undefined ? [] : offersSchema.parse(JSON.parse(text));
}

/** Remembers what a greeting offers. */
export function writeOffers(db: WritableDb, scopes: HelloAnswer['scopes'], user: string): void {
  const offers = scopes.flatMap(({ scope, access, part, project, name }): Offer[] => {
    const local = ownScope(scope, user);
    if (local === null || access === 'none') return [];
    return [{ scope: local, access, part, project: project ?? null, name: name ?? null }];
  });
  writeSync(db, 'offers', JSON.stringify(offers));
}

/** What decides whether a scope is taken along. */
export interface Standing {
  readonly scope: string;
  readonly part: boolean;
  /** The project of a session, where it is known. */
  readonly project: string | null;
  /** Rows of it are on this laptop, or its cursor is. */
  readonly isHere: boolean;
}

/**
 * Whether a scope is to be on this laptop. What the person said of it counts first, then what was said of its project; what is here
 * stays; of the rest comes what the person has a part in, where new things come by themselves. A session that is taken brings its
 * project's own rows, in which its documents stand.
 */
export function isTaken(
  choice: ScopeChoice,
  { scope, part, project, isHere }: Standing,
  projects: ReadonlySet<string>,
): boolean {
  if (scope === 'tenant' || scope === 'user') return true;
  if (choice.taken.includes(scope)) return true;
  if (choice.left.includes(scope)) return projects.has(scope);
  const parent = project === null ? null : `project:${project}`;
  if (parent !== null && choice.left.includes(parent)) return false;
  if (isHere || projects.has(scope)) return true;
  if (parent !== null && choice.taken.includes(parent)) return true;
  return choice.everything && part;
}

/** Projects, as scopes, of sessions that were taken by name: these sessions need their project's own rows. */
export function projectsNeeded(
  choice: ScopeChoice,
  projectOf: (scope: string) => string | null,
): ReadonlySet<string> {
  return new Set(
    choice.taken.flatMap((scope) => {
      const project = scope.startsWith('session:') ? projectOf(scope) : null;
      return project === null ? [] : [`project:${project}`];
    }),
  );
}

/** The project of a session that is on this laptop, or null. */
export function localProjectOf(db: ReadableDb, scope: string): string | null {
  if (!scope.startsWith('session:')) return null;
  const project = db.statements.value<Buffer | null>(
    'SELECT project_id FROM research_sessions WHERE id = ?',
    idToBlob(scope.slice('session:'.length)),
  );
  return project == null ? null : blobToId(project);
}

/** True where the row that makes a scope is on this laptop. */
export function isMadeHere(db: ReadableDb, scope: string): boolean {
  const [kind, id] = scope.split(':');
  if (id === undefined) return true;
  const table = kind === 'project' ? 'projects' : 'research_sessions';
  return db.statements.get(`SELECT 1 FROM ${table} WHERE id = ?`, idToBlob(id)) !== undefined;
}

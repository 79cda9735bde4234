import { entitySpec } from '../../../db/catalogue/catalogue.ts';
import type { Json, PrivacyClass } from '../../../db/catalogue/types.ts';
import { columnsByNumber, parseCell } from '../../core/cell-name.ts';
import { asksFacts, decide } from '../../core/decide.ts';
import { holdsRedacted } from '../../core/detectors.ts';
import { insertedWords } from '../../core/inserted-words.ts';
import { type PrivacySettings, privacySettingsSchema } from '../../core/privacy-settings.ts';
import {
  ownerClassOf,
  type RowFacts,
  type SharingLevel,
  sharingLevels,
  strictestLevel,
} from '../../core/row-facts.ts';
import { type RowState, shownValue } from '../../core/row-state.ts';
import { parseScope } from '../../core/scope.ts';
import type { ScopeAccess } from './access.ts';
import type { TenantPolicy } from './store.ts';

const numbers = new Map<number, ReadonlyMap<string, number>>();

/** The number of an entity's column, or undefined where it has none of that name. */
export function columnNumber(entity: number, name: string): number | undefined {
  let columns = numbers.get(entity);
  if (columns === undefined) {
    columns = new Map([...columnsByNumber(entity)].map(([n, column]) => [column.name, n]));
    // Numbers of entities that this build does not know come from outside, and have no columns.
    if (columns.size > 0) numbers.set(entity, columns);
  }
  return columns.get(name);
}

/** What a row shows in a column, by the column's name; null where it has no such column. */
export function shownByName(row: RowState, name: string): Json {
  const n = columnNumber(row.entity, name);
  if (n === undefined) return null;
  return shownValue(row, n);
}

/** The sharing level that a row states itself, or null. */
export function ownLevel(row: RowState): SharingLevel | null {
  const level = shownByName(row, 'sharing_level');
  return sharingLevels.find((each) => each === level) ?? null;
}

/** Answers for a cell of a row whether this value of it may be on the server. */
export type AllowsValue = (cell: string | number, value: Json) => boolean;

/** The words of a body that a row names by its hash; null where they cannot be told. */
export type WordsOf = (entity: number, hash: string) => string | null;

/** The tenant's policy as the server applies it: to what comes in, and to what each reader is given. */
export class TenantRules {
  readonly version: number;
  readonly #settings: PrivacySettings;
  readonly #made = new Map<SharingLevel, Map<PrivacyClass, boolean>>();

  constructor({ version, settings }: TenantPolicy) {
    this.version = version;
    this.#settings = privacySettingsSchema.parse(settings);
  }

  /** True where some value may be other than allowed for a reason that its class and its row's level do not tell. */
  get looksCloser(): boolean {
    return this.#settings.sources.length > 0 || this.redacts;
  }

  /** True where the words of values and bodies are looked through. */
  get redacts(): boolean {
    return this.#settings.redaction.detectors.length > 0;
  }

  /** True where what a row rests on can decide about it. */
  get asksFacts(): boolean {
    return asksFacts(this.#settings, 'sync');
  }

  /**
   * What may be on the server as a part of this row, where it stands. `facts`: of what it rests on, where that is asked. A part says what
   * its column says, too, and no value may hold what the settings redact.
   */
  forRow(row: RowState, access: ScopeAccess, facts: RowFacts | null, wordsOf: WordsOf): AllowsValue {
    const { kind, id } = parseScope(row.scope);
    const session = kind === 'session' ? access.session(id) : undefined;
    if (session?.localOnly === true || facts?.localOnly === true) return () => false;
    const level = strictestLevel([ownLevel(row), session?.level, facts?.level]);
    const source = facts?.source;
    const owner = ownerClassOf({
      owner_entity: shownByName(row, 'owner_entity'),
      column_name: shownByName(row, 'column_name'),
    });
    const allows = (privacy: PrivacyClass) =>
      source === undefined
        ? this.allowsClass(privacy, level)
        : decide(this.#settings, { class: privacy, level, source }, 'sync').decision === 'allow';
    return (cell, value) => {
      const privacy = classOfCell(row.entity, cell);
      if (!allows(privacy)) return false;
      if (privacy === 'open') return true;
      return (owner === null || allows(owner)) && !this.#redacts(row.entity, cell, value, wordsOf);
    };
  }

  /** Whether values of a class at a level may be on the server, where no source rule applies. */
  allowsClass(privacy: PrivacyClass, level: SharingLevel): boolean {
    let made = this.#made.get(level);
    if (made === undefined) this.#made.set(level, (made = new Map()));
    const known = made.get(privacy);
    if (known !== undefined) return known;
    const allowed = decide(this.#settings, { class: privacy, level }, 'sync').decision === 'allow';
    made.set(privacy, allowed);
    return allowed;
  }

  /** Whether a text holds what the policy takes out. */
  hidesWords(text: string): boolean {
    return this.redacts && holdsRedacted(text, this.#settings.redaction);
  }

  #redacts(entity: number, cell: string | number, value: Json, wordsOf: WordsOf): boolean {
    const { redaction } = this.#settings;
    if (!this.redacts) return false;
    const spec = columnsByNumber(entity).get(parseCell(cell).n)?.spec;
    // The name of a file says nothing; the file itself is judged by what was read in it where it comes and goes.
    if (spec?.bytes === 'file') return false;
    if (spec?.bytes !== 'body' || typeof value !== 'string') return holdsRedacted(value, redaction);
    const words = wordsOf(entity, value);
    return words === null || holdsRedacted(words, redaction);
  }
}

const textUpdates = entitySpec('text_updates').n;

/** The words of bodies that are at hand: what an extraction says, and what an update of a text brings. */
export function wordsIn(bodyOf: (hash: string) => Uint8Array | undefined): WordsOf {
  return (entity, hash) => {
    const data = bodyOf(hash);
    if (data === undefined) return null;
    if (entity !== textUpdates) return Buffer.from(data).toString('utf8');
    try {
      return insertedWords(data);
    } catch {
      return null;
    }
  };
}

/** The privacy class of a cell; what this build does not know counts as content. */
export function classOfCell(entity: number, cell: string | number): PrivacyClass {
  const n = typeof cell === 'number' ? cell : parseCell(cell).n;
  return columnsByNumber(entity).get(n)?.spec.privacy ?? 'content';
}

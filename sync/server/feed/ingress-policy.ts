import type { Json, PrivacyClass } from '../../../db/catalogue/types.ts';
import { columnsByNumber, parseCell } from '../../core/cell-name.ts';
import { decide, type Subject } from '../../core/decide.ts';
import { winner } from '../../core/kinds.ts';
import { type PrivacySettings, privacySettingsSchema } from '../../core/privacy-settings.ts';
import { cellOf, type RowState } from '../../core/row-state.ts';
import { parseScope } from '../../core/scope.ts';
import type { ScopeAccess } from './access.ts';
import type { TenantPolicy } from './store.ts';

type Level = 'public' | 'partner' | 'internal' | 'restricted';
/** Sharing levels, from the most open to the strictest. */
export const levels: readonly string[] = ['public', 'partner', 'internal', 'restricted'];

function isLevel(value: Json | undefined): value is Level {
  return typeof value === 'string' && levels.includes(value);
}

/** The stricter of two sharing levels; of none, `internal`. */
export function stricterLevel(a: string | null | undefined, b: string | null | undefined): Level {
  const [first, second] = [a ?? undefined, b ?? undefined].map((each) => (isLevel(each) ? each : undefined));
  if (first === undefined || second === undefined) return first ?? second ?? 'internal';
  return levels.indexOf(first) > levels.indexOf(second) ? first : second;
}

const numbers = new Map<string, number | undefined>();

/** The number of an entity's column, or undefined where it has none of that name. */
export function columnNumber(entity: number, name: string): number | undefined {
  const key = `${entity} ${name}`;
  if (!numbers.has(key)) {
    const found = [...columnsByNumber(entity)].find(([, column]) => column.name === name);
    numbers.set(key, found?.[0]);
  }
  return numbers.get(key);
}

/** What a row shows in a column, by the column's name; null where it has no such column. */
export function shownByName(row: RowState, name: string): Json {
  const n = columnNumber(row.entity, name);
  if (n === undefined) return null;
  const kind = columnsByNumber(row.entity).get(n)?.spec.merge ?? 'register';
  return winner(cellOf(row, String(n)), { kind })?.value ?? null;
}

/** The sharing level that a row states itself, or null. */
export function ownLevel(row: RowState): Level | null {
  const level = shownByName(row, 'sharing_level');
  return isLevel(level) ? level : null;
}

/** The tenant's policy as the server applies it: to what comes in, and to what each reader is given. */
export class TenantRules {
  readonly version: number;
  readonly #settings: PrivacySettings;
  readonly #made = new Map<string, boolean>();

  constructor({ version, settings }: TenantPolicy) {
    this.version = version;
    this.#settings = privacySettingsSchema.parse(settings);
  }

  /** True where some value may be other than allowed for a reason that the class and level do not tell. */
  get hasSources(): boolean {
    return this.#settings.sources.length > 0;
  }

  /** What may be on the server as a part of this row, in its session, by class. */
  forRow(row: RowState, access: ScopeAccess): (privacy: PrivacyClass) => boolean {
    const { kind, id } = parseScope(row.scope);
    const session = kind === 'session' ? access.session(id) : undefined;
    if (session?.localOnly === true) return () => false;
    const level = stricterLevel(ownLevel(row), session?.level);
    if (!this.hasSources) return (privacy) => this.allowsClass(privacy, level);
    const source = sourceOf(row, kind === 'session' ? id : null);
    return (privacy) =>
      decide(this.#settings, { class: privacy, level, source }, 'sync').decision === 'allow';
  }

  /** Whether values of a class at a level may be on the server, where no source rule applies. */
  allowsClass(privacy: PrivacyClass, level: Level): boolean {
    const key = `${privacy} ${level}`;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const allowed = decide(this.#settings, { class: privacy, level }, 'sync').decision === 'allow';
    this.#made.set(key, allowed);
    return allowed;
  }
}

function sourceOf(row: RowState, session: string | null): NonNullable<Subject['source']> {
  const url = shownByName(row, 'source_url');
  const type = shownByName(row, 'source_type');
  const mime = shownByName(row, 'mime_type');
  return {
    domain: typeof url === 'string' && URL.canParse(url) ? new URL(url).hostname : null,
    type: typeof type === 'string' ? type : null,
    mime: typeof mime === 'string' ? mime : null,
    session,
  };
}

/** The privacy class of a cell; what this build does not know counts as content. */
export function classOfCell(entity: number, cell: string | number): PrivacyClass {
  return columnsByNumber(entity).get(parseCell(cell).n)?.spec.privacy ?? 'content';
}

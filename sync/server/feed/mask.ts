import type { Json, PrivacyClass } from '../../../db/catalogue/types.ts';
import type { CellState, Write } from '../../core/cell.ts';
import { lifeCell } from '../../core/cell-name.ts';
import { type RowState, cellNames, cellOf, maskOf } from '../../core/row-state.ts';
import { type RowFacts, sharingLevels, strictestLevel } from '../../core/row-facts.ts';
import { parseScope } from '../../core/scope.ts';
import type { Stamp } from '../../core/stamp.ts';
import type { ScopeAccess } from './access.ts';
import { classOfCell, type TenantRules, type WordsOf } from './ingress-policy.ts';

const classes: readonly Exclude<PrivacyClass, 'secret'>[] = ['open', 'internal', 'content', 'personal'];

/** What has to be known of a row to say what of it a reader may see. */
export interface About {
  /** The strictest of the row's own level and those of what it quotes: a quote is as confidential as its page. */
  readonly level: string | null;
  readonly facts: RowFacts | null;
  readonly wordsOf: WordsOf;
}

/**
 * What a reader does not get to see, by scope and sharing level: what the policy keeps off the server by now, and of what is restricted
 * everything but open columns, unless the reader leads there.
 */
export class ReaderMask {
  readonly #access: ScopeAccess;
  readonly #rules: TenantRules;
  readonly #made = new Map<string, ReadonlySet<PrivacyClass>>();
  readonly #open = new Map<string, boolean>();

  constructor(access: ScopeAccess, rules: TenantRules) {
    this.#access = access;
    this.#rules = rules;
  }

  /** Classes that are hidden in rows of a level in a scope. */
  hidden(scope: string, level: string | null): ReadonlySet<PrivacyClass> {
    const key = `${level ?? ''} ${scope}`;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const { kind, id } = parseScope(scope);
    const effective = strictestLevel([level, kind === 'session' ? this.#access.session(id)?.level : null]);
    const onlyLeads = effective === 'restricted' && !this.#access.isLead(scope);
    const hidden = new Set<PrivacyClass>(
      classes.filter((each) => (onlyLeads && each !== 'open') || !this.#rules.allowsClass(each, effective)),
    );
    this.#made.set(key, hidden);
    return hidden;
  }

  /** True where nothing of a scope is hidden by any level: what its rows quote makes no difference. */
  isOpen(scope: string): boolean {
    const known = this.#open.get(scope);
    if (known !== undefined) return known;
    const open = sharingLevels.every((level) => this.hidden(scope, level).size === 0);
    this.#open.set(scope, open);
    return open;
  }

  /** True where rows of this scope and level may be sent as they are stored. */
  isClear(scope: string, level: string | null): boolean {
    return !this.#rules.looksCloser && this.hidden(scope, level).size === 0;
  }

  /** True where what a row rests on can hide something. */
  get asksFacts(): boolean {
    return this.#rules.asksFacts;
  }

  /** True where the words of bodies decide about what is seen of them. */
  get readsWords(): boolean {
    return this.#rules.redacts;
  }

  /** The row with markers in place of what its reader may not see; the same row where there is nothing of that kind. */
  apply(row: RowState, { level, facts, wordsOf }: About): RowState {
    const hidden = this.hidden(row.scope, level);
    const allows = this.#rules.forRow(row, this.#access, facts, wordsOf);
    const isHidden = (cell: string) =>
      hidden.has(classOfCell(row.entity, cell)) ||
      saidIn(cellOf(row, cell)).some((value) => !allows(cell, value));
    const names = cellNames(row).filter((cell) => cell !== lifeCell && row.cells.has(cell) && isHidden(cell));
    if (names.length === 0) return row;
    const cells = new Map(row.cells);
    for (const name of names) cells.set(name, maskCell(cellOf(row, name), name, this.#rules.version));
    return { ...row, cells };
  }
}

/** Everything that a cell says, what its conflicts are shown with too. */
function saidIn({ live }: CellState): Json[] {
  return [...live.values()].flatMap(({ value, was }) => (was === undefined ? [value] : [value, was]));
}

function maskCell(cell: CellState, name: string, version: number): CellState {
  const live = [...cell.live].map(([stamp, write]): [Stamp, Write] => {
    const { was: _hidden, ...rest } = write;
    const empty = write.value === null || (Array.isArray(write.value) && write.value.length === 0);
    if (empty) return [stamp, rest];
    return [stamp, { ...rest, value: maskOf(name, version), masked: true }];
  });
  return { ...cell, live: new Map(live) };
}

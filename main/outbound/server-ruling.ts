import type { EntityName } from '../../db/catalogue/catalogue.ts';
import { columnSpec, columnsOf } from '../../db/catalogue/catalogue.ts';
import type { Json } from '../../db/catalogue/types.ts';
import { decide, type Ruling } from '../../sync/core/decide.ts';
import { decisions, type PrivacySettings } from '../../sync/core/privacy-settings.ts';
import { hidesWhole, holdsRedacted } from '../../sync/core/detectors.ts';
import { factsUnasked, type RowFacts } from './facts.ts';
import { rulingOn } from './rulings.ts';

/** Every one of them has to let a value out: the organisation's settings first, then the person's own. */
export type ServerPolicies = readonly PrivacySettings[];

/** A decision on the way to the server; `policy` is the place of the settings that made it among those that were asked. */
export interface ServerRuling extends Ruling {
  readonly policy: number;
}

/**
 * The strictest of what the policies say about one value on its way to the server. A value in which a policy's detectors find
 * something stays here as a whole: cleaned, it would come back as another value.
 */
export function rulingForServer(
  policies: ServerPolicies,
  entity: EntityName,
  column: string,
  value: Json,
  facts: RowFacts,
): ServerRuling {
  const isOpen = columnSpec(entity, column)?.privacy === 'open';
  const said =
    !isOpen && facts.texts !== null && columnSpec(entity, column)?.type === 'hash'
      ? facts.texts
      : () => value;
  const rulings = policies.flatMap((settings, policy): ServerRuling[] => {
    const ruling = rulingOn(settings, entity, column, facts, 'sync');
    if (isOpen) return [{ ...ruling, policy }];
    const found = ruling.decision === 'allow' ? detected(said, settings.redaction) : null;
    return [ruling, found, ofOwner(settings, facts)].flatMap((each) =>
      each === null ? [] : [{ ...each, policy }],
    );
  });
  const [first, ...others] = rulings;
  if (first === undefined) return { decision: 'keep_local', rule: 'none', reason: '', policy: 0 };
  return others.reduce((kept, each) => (strictness(each) > strictness(kept) ? each : kept), first);
}

/** A part says what its column says: an element of a set of names is a name. */
function ofOwner(settings: PrivacySettings, facts: RowFacts): Ruling | null {
  return facts.ownerClass === null ? null : decide(settings, { class: facts.ownerClass, ...facts }, 'sync');
}

/** The ruling by which a row stays here as a whole, because a value that it cannot be without may not leave; null where it may go. */
export function rulingOnWholeRow(
  policies: ServerPolicies,
  entity: EntityName,
  facts: RowFacts,
): ServerRuling | null {
  for (const [column, spec] of columnsOf(entity)) {
    if (spec.required !== true) continue;
    const ruling = rulingForServer(policies, entity, column, null, facts);
    if (ruling.decision !== 'allow') return ruling;
  }
  return null;
}

/** The rulings on a batch. Where no facts of rows are asked, nothing but the column decides, and each column is ruled on once. */
export class BatchRulings {
  readonly #policies: ServerPolicies;
  readonly #columns = new Map<EntityName, Map<string, ServerRuling>>();
  readonly #rows = new Map<EntityName, ServerRuling | null>();

  constructor(policies: ServerPolicies) {
    this.#policies = policies;
  }

  /** As `rulingForServer`. */
  onValue(entity: EntityName, column: string, value: Json, facts: RowFacts): ServerRuling {
    if (facts !== factsUnasked) return rulingForServer(this.#policies, entity, column, value, facts);
    const columns = this.#columns.get(entity) ?? new Map<string, ServerRuling>();
    const known = columns.get(column);
    if (known !== undefined) return known;
    const ruling = rulingForServer(this.#policies, entity, column, value, facts);
    this.#columns.set(entity, columns.set(column, ruling));
    return ruling;
  }

  /** As `rulingOnWholeRow`. */
  onWholeRow(entity: EntityName, facts: RowFacts): ServerRuling | null {
    if (facts !== factsUnasked) return rulingOnWholeRow(this.#policies, entity, facts);
    const known = this.#rows.get(entity);
    if (known !== undefined) return known;
    const ruling = rulingOnWholeRow(this.#policies, entity, facts);
    this.#rows.set(entity, ruling);
    return ruling;
  }
}

function strictness({ decision }: Ruling): number {
  return decisions.indexOf(decision);
}

function detected(said: () => Json, redaction: PrivacySettings['redaction']): Ruling | null {
  if (redaction.detectors.length === 0 || !holdsRedacted(said(), redaction)) return null;
  const rule = hidesWhole(redaction) ? 'redaction.person_names' : 'redaction';
  return { decision: 'redact', rule, reason: 'The text holds what the settings redact.' };
}

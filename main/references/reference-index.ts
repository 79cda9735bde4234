import type { Id } from '../../db/catalogue/rows.ts';
import type { Json } from '../../db/catalogue/types.ts';
import { type Csl, type Entry, saysAnew } from './entry.ts';
import type { ReferenceFormatName } from './format.ts';
import { freeKey, isUsableKey, proposedKey } from './key.ts';
import type { StoredReference } from './stored.ts';
import { areDifferentUnderOneKey, areDifferentWorks, doiOf, fingerprintOf, identityOf } from './work.ts';

/** An item that an entry means. It is its own where the entry has its key: what such an entry says, the item says from now on. */
export interface Match {
  readonly reference: StoredReference;
  readonly isOwn: boolean;
}

/** Every item of a project, in the trash or not, by all that an entry can name it by. */
export class ReferenceIndex {
  readonly #derive: (...parts: readonly Json[]) => Id;
  readonly #isTaken: (id: Id) => boolean;
  readonly #byId = new Map<Id, StoredReference>();
  /** Two laptops may have given one key before they knew of each other: such items are told apart by what they are. */
  readonly #byKey = new Map<string, Set<Id>>();
  readonly #byOldKey = new Map<string, Set<Id>>();
  readonly #byDoi = new Map<string, Set<Id>>();
  readonly #byFingerprint = new Map<string, Set<Id>>();
  /** Items that an entry of the file being read has spoken for: another entry of the same file means another one. */
  readonly #claimed = new Set<Id>();

  /** `derive` makes an id of parts; `isTaken` says of an id that no item has that it cannot be given all the same. */
  constructor(
    references: Iterable<StoredReference>,
    derive: (...parts: readonly Json[]) => Id,
    isTaken: (id: Id) => boolean,
  ) {
    this.#derive = derive;
    this.#isTaken = isTaken;
    for (const reference of references) this.put(reference);
  }

  /** Takes a new item up, or an item as it is now. What it was named by before goes on naming it. */
  put(reference: StoredReference): void {
    const { id, key, csl, originals } = reference;
    this.#byId.set(id, reference);
    if (key !== '') note(this.#byKey, key, id);
    for (const [format, original] of Object.entries(originals)) {
      if (original.key !== null) note(this.#byOldKey, `${format} ${original.key}`, id);
    }
    const doi = doiOf(csl);
    if (doi !== undefined) note(this.#byDoi, doi, id);
    const fingerprint = fingerprintOf(csl);
    if (fingerprint !== undefined) note(this.#byFingerprint, fingerprint, id);
  }

  /** The next entries are those of another file. */
  nextFile(): void {
    this.#claimed.clear();
  }

  /** Notes that an entry of this file means this item. */
  claim(id: Id): void {
    this.#claimed.add(id);
  }

  /** The item that an entry of a format means; undefined where it is a new one. */
  find(format: ReferenceFormatName, entry: Entry, csl: Csl): Match | undefined {
    const { key } = entry;
    const own = [
      ...(key === null ? [] : (this.#byKey.get(key) ?? [])),
      ...(key === null ? [] : (this.#byOldKey.get(`${format} ${key}`) ?? [])),
    ];
    const mine =
      this.#first(
        own,
        ({ originals: { [format]: original } }) => original !== undefined && saysSame(entry, original),
      ) ??
      this.#first(
        own,
        (reference) => !this.#claimed.has(reference.id) && !areDifferentUnderOneKey(reference.csl, csl),
      );
    if (mine !== undefined) return { reference: mine, isOwn: true };
    const doi = doiOf(csl);
    const same = this.#first(
      (doi === undefined ? undefined : this.#byDoi.get(doi)) ?? [],
      (reference) => !this.#claimed.has(reference.id) && !areDifferentWorks(reference.csl, csl),
    );
    if (same !== undefined) return { reference: same, isOwn: false };
    if (key !== null) return undefined;
    const derived = this.#byId.get(this.#derive(...identityOf(entry, csl)));
    if (derived !== undefined && doi === undefined) return { reference: derived, isOwn: true };
    const alike = this.alike(csl);
    return alike === undefined || this.#claimed.has(alike.reference.id) ? undefined : alike;
  }

  /** An item that is the same work by its title, people, year and place; for what has no key of its own. */
  alike(csl: Csl): Match | undefined {
    const doi = doiOf(csl);
    const fingerprint = fingerprintOf(csl);
    const candidates = [
      ...(doi === undefined ? [] : (this.#byDoi.get(doi) ?? [])),
      ...(fingerprint === undefined ? [] : (this.#byFingerprint.get(fingerprint) ?? [])),
    ];
    const found = this.#first(candidates, (reference) => !areDifferentWorks(reference.csl, csl));
    return found === undefined ? undefined : { reference: found, isOwn: false };
  }

  /** The id of a new item: the same wherever the same entry is imported first. */
  freeId(identity: readonly Json[]): Id {
    for (let attempt = 1; ; attempt += 1) {
      const id = this.#derive(...identity, ...(attempt === 1 ? [] : [attempt]));
      if (!this.#byId.has(id) && !this.#isTaken(id)) return id;
    }
  }

  /** The key of a new item: the one that it comes with, or one by the rule, with a letter where that is given already. */
  freeKey(given: string | null, csl: Csl): string {
    return freeKey(isUsableKey(given) ? given : proposedKey(csl), (key) => this.#byKey.has(key));
  }

  #first(ids: Iterable<Id>, fits: (reference: StoredReference) => boolean): StoredReference | undefined {
    for (const id of ids) {
      const reference = this.#byId.get(id);
      if (reference !== undefined && fits(reference)) return reference;
    }
    return undefined;
  }
}

function saysSame(entry: Entry, original: Entry): boolean {
  return saysAnew(entry, original).length === 0;
}

function note(index: Map<string, Set<Id>>, name: string, id: Id): void {
  const ids = index.get(name);
  if (ids === undefined) index.set(name, new Set([id]));
  else ids.add(id);
}

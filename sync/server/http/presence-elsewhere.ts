/** Somebody who is in a scope, since when in milliseconds. */
export interface Present {
  readonly user: string;
  readonly since: number;
}

/** A process says so often who is at it; one that has said nothing for so long has ended. */
export const sayAgainMs = 30_000;
const forgottenMs = 2.5 * sayAgainMs;
/** Places of all organisations together. Beyond that the one that was heard of longest ago is forgotten. */
const mostPlaces = 10_000;

interface Place {
  readonly tenant: string;
  readonly scope: string;
  readonly people: readonly Present[];
  readonly heardAt: number;
}

/** Who is where at the other server processes, as they last said. */
export class PresenceElsewhere {
  readonly #now: () => number;
  /** By process, organisation and scope; the one that was heard of longest ago is the first. */
  readonly #places = new Map<string, Place>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes what a process says of one scope, in the place of what it said before. True where that is something else. */
  hear(process: string, tenant: string, scope: string, people: readonly Present[]): boolean {
    const key = `${process} ${tenant} ${scope}`;
    const before = this.#places.get(key)?.people ?? [];
    this.#places.delete(key);
    if (people.length > 0) {
      this.#places.set(key, { tenant, scope, people, heardAt: this.#now() });
      const [oldest] = this.#places.keys();
      if (this.#places.size > mostPlaces && oldest !== undefined) this.#places.delete(oldest);
    }
    return JSON.stringify(before) !== JSON.stringify(people);
  }

  peopleIn(tenant: string, scope: string): readonly Present[] {
    return [...this.#places.values()].flatMap((place) =>
      place.tenant === tenant && place.scope === scope ? place.people : [],
    );
  }

  /** Forgets what processes said that have not said anything since. Answers with the places that changed by it. */
  forget(): readonly Pick<Place, 'tenant' | 'scope'>[] {
    const gone: Place[] = [];
    for (const [key, place] of this.#places) {
      if (this.#now() - place.heardAt < forgottenMs) break;
      this.#places.delete(key);
      gone.push(place);
    }
    return gone;
  }
}

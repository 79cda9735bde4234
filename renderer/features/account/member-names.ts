import type { People } from '../../../preload/contract/people.ts';

type Person = Pick<People['people'][number], 'fullName' | 'email'>;

/** What a person is called: their name, or their address where they gave none. */
export function nameOf({ fullName, email }: Person): string {
  return fullName ?? email;
}

const order = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** People in the order of their names, those whose name or address has the words. */
export function matching<P extends Person>(people: readonly P[], words: string): readonly P[] {
  const wanted = words.trim().toLowerCase();
  return people
    .filter((person) => `${nameOf(person)} ${person.email}`.toLowerCase().includes(wanted))
    .sort((a, b) => order.compare(nameOf(a), nameOf(b)));
}

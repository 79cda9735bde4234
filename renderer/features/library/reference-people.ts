interface Person {
  readonly [part: string]: unknown;
}

/** People of a CSL item as lines to edit: `family, given`, or the name of a body as it is. */
export function peopleLines(people: unknown): string {
  if (!Array.isArray(people)) return '';
  return (people as readonly Person[]).map(personLine).join('\n');
}

function personLine(person: Person): string {
  const { family, given, literal } = person;
  if (typeof family !== 'string') return typeof literal === 'string' ? literal : '';
  return typeof given === 'string' && given !== '' ? `${family}, ${given}` : family;
}

/**
 * People from such lines. A line that was not touched keeps everything that was known of the person, suffixes and particles too;
 * a new one with a comma is a person's, another one a body's or a single name.
 */
export function peopleOf(lines: string, before: unknown): Record<string, unknown>[] {
  const known = new Map(
    Array.isArray(before) ? (before as readonly Person[]).map((person) => [personLine(person), person]) : [],
  );
  return lines
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const person = known.get(line);
      if (person !== undefined) return { ...person };
      const comma = line.indexOf(',');
      if (comma < 0) return { literal: line };
      return { family: line.slice(0, comma).trim(), given: line.slice(comma + 1).trim() };
    });
}

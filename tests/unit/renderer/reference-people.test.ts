import { expect, test } from 'vitest';
import { peopleLines, peopleOf } from '../../../renderer/features/library/reference-people.ts';

const people = [
  { family: 'Berg', given: 'Ludwig', 'non-dropping-particle': 'van der' },
  { literal: 'Port Authority' },
];

test('people are lines to edit; what was not touched keeps all that was known', () => {
  expect(peopleLines(people)).toBe('Berg, Ludwig\nPort Authority');
  expect(peopleOf('Berg, Ludwig\n\n Lee, Bo \nPort Authority', people)).toEqual([
    people[0],
    { family: 'Lee', given: 'Bo' },
    people[1],
  ]);
  expect(peopleLines(undefined)).toBe('');
});

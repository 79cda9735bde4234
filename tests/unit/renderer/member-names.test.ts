import { expect, test } from 'vitest';
import { matching } from '../../../renderer/features/account/member-names.ts';

const people = [
  { fullName: 'Person 10', email: 'ten@example.org' },
  { fullName: null, email: 'ben@example.org' },
  { fullName: 'person 9', email: 'nine@north.example' },
];
const emails = (words: string) => matching(people, words).map(({ email }) => email);

test('people stand in the order of their names, numbers in theirs, and who gave no name by the address', () => {
  expect(emails('')).toEqual(['ben@example.org', 'nine@north.example', 'ten@example.org']);
});

test('people are found by a part of their name or of their address, however it is written', () => {
  expect(emails(' PERSON ')).toEqual(['nine@north.example', 'ten@example.org']);
  expect(emails('north')).toEqual(['nine@north.example']);
  expect(emails('nobody')).toEqual([]);
});

import { expect, test } from 'vitest';
import { PresenceElsewhere, sayAgainMs } from '../../../../sync/server/http/presence-elsewhere.ts';

const [ada, ben] = [
  { user: 'ada', since: 1 },
  { user: 'ben', since: 2 },
];

function begin() {
  let now = 0;
  const elsewhere = new PresenceElsewhere(() => now);
  return { elsewhere, later: (ms: number) => (now += ms) };
}

test('each process speaks for its own people, in the place of what it said before', () => {
  const { elsewhere } = begin();
  expect(elsewhere.hear('a', 't', 's', [ada])).toBe(true);
  expect(elsewhere.hear('b', 't', 's', [ben])).toBe(true);
  expect(elsewhere.hear('b', 't', 's', [ben])).toBe(false);
  expect(elsewhere.peopleIn('t', 's')).toEqual([ada, ben]);
  expect(elsewhere.peopleIn('other', 's')).toEqual([]);
  expect(elsewhere.hear('a', 't', 's', [])).toBe(true);
  expect(elsewhere.peopleIn('t', 's')).toEqual([ben]);
});

test('a process that says nothing any more is forgotten; one that goes on saying the same is not', () => {
  const { elsewhere, later } = begin();
  elsewhere.hear('ended', 't', 's', [ada]);
  elsewhere.hear('alive', 't', 's', [ben]);
  for (let at = 0; at < 3; at += 1) {
    expect(elsewhere.forget()).toEqual([]);
    later(sayAgainMs);
    elsewhere.hear('alive', 't', 's', [ben]);
  }
  expect(elsewhere.forget()).toMatchObject([{ tenant: 't', scope: 's' }]);
  expect(elsewhere.peopleIn('t', 's')).toEqual([ben]);
});

test('whatever is said, a bounded number of places is remembered, the newest', () => {
  const { elsewhere } = begin();
  for (let at = 0; at < 10_050; at += 1) elsewhere.hear('a', 't', `s${at}`, [ada]);
  const known = Array.from({ length: 10_050 }, (_, at) => `s${at}`).filter((scope) =>
    [0, 49, 50, 10_049].includes(Number(scope.slice(1))) ? elsewhere.peopleIn('t', scope).length > 0 : false,
  );
  expect(known).toEqual(['s50', 's10049']);
});

import { expect, test } from 'vitest';
import { draftOf, failed, heard, isUnwritten, written } from '../../../renderer/data/draft.ts';

const typed = (text: string, draft: string) => ({ ...draftOf(text), draft });

test('what comes from elsewhere shows in a field in which nothing waits', () => {
  expect(heard(draftOf('a'), 'b')).toEqual(draftOf('b'));
});

test('what comes from elsewhere takes no word away from who is writing, and is told', () => {
  const state = heard(typed('a', 'a long'), 'b');
  expect(state).toMatchObject({ draft: 'a long', isOvertaken: true });
  expect(isUnwritten(state)).toBe(true);
  expect(written(state).isOvertaken).toBe(false);
});

test('a draft is written once, though the row does not say so yet', () => {
  const sent = written(typed('a', 'ab'));
  expect(isUnwritten(sent)).toBe(false);
  expect(heard(sent, 'ab')).toEqual(draftOf('ab'));
});

test('what is typed while a draft is being written waits for the next time', () => {
  const going = { ...written(typed('a', 'ab')), draft: 'abc' };
  expect(isUnwritten(going)).toBe(true);
  const after = heard(going, 'ab');
  expect(after).toMatchObject({ draft: 'abc', isOvertaken: false });
  expect(isUnwritten(after)).toBe(true);
});

test('words that could not be written are unwritten again; those written after them are not', () => {
  const sent = written(typed('a', 'ab'));
  expect(isUnwritten(failed(sent, 'ab'))).toBe(true);
  const again = written({ ...sent, draft: 'abc' });
  expect(isUnwritten(failed(again, 'ab'))).toBe(false);
});

test('a row that went on after one’s own words shows what it says now', () => {
  const sent = written(typed('a', 'ab'));
  expect(heard(sent, 'abx')).toEqual(draftOf('abx'));
});

import { UsageError } from '../../../main/cli/terminal/usage-error.ts';
import { describe, expect, test } from 'vitest';
import { parseAssignments } from '../../../main/cli/terminal/values.ts';

describe('values of --set', () => {
  test('are read by the type of their column', () => {
    const values = parseAssignments('research_sessions', [
      'title=A = B',
      'restricted=true',
      'tags=["energy","grid"]',
      'metadata={"a":1}',
      'due=',
    ]);
    expect(values).toEqual({
      title: 'A = B',
      restricted: true,
      tags: ['energy', 'grid'],
      metadata: { a: 1 },
      due: null,
    });
  });

  test('sets may be words between commas', () => {
    expect(parseAssignments('evidence', ['tags=energy, grid'])).toEqual({ tags: ['energy', 'grid'] });
  });

  test.each([
    ['research_sessions', 'nonsense'],
    ['research_sessions', 'no_such_column=1'],
    ['research_sessions', 'restricted=perhaps'],
    ['research_sessions', 'metadata={'],
    ['claim_evidence', 'weight=heavy'],
  ] as const)('%s: %s is refused', (entity, text) => {
    expect(() => parseAssignments(entity, [text])).toThrow(UsageError);
  });
});

import { describe, expect, test } from 'vitest';
import { fieldsOf, valueText } from '../../../renderer/features/history/history-values.ts';

describe('values of a history', () => {
  test('are words: ids say only that they are links, lists are joined, nothing is said', () => {
    expect(valueText(null)).toBe('nothing');
    expect(valueText('01900000-0000-7000-8000-000000000000')).toBe('a link');
    expect(valueText(['a', 'b'])).toBe('a, b');
    expect(valueText(0.7)).toBe('0.7');
    expect(valueText('x'.repeat(500))).toHaveLength(402);
  });

  test('leave out who and when, which the step itself says', () => {
    const columns = { created_at: { old: null, new: '2026' }, claim_text: { old: 'old', new: 'now' } };
    const step = { at: '', author: '', origin: 'local', command: '', operation: 'update' as const, columns };
    expect(fieldsOf(step)).toEqual([{ name: 'Claim text', old: 'old', new: 'now' }]);
  });
});

import { describe, expect, test } from 'vitest';
import { historyWords } from '../../../renderer/messages/history.ts';
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
    const where = { here: true, device: null, origin: 'local' };
    const step = { at: '', author: '', ...where, command: '', operation: 'update' as const, columns };
    expect(fieldsOf(step)).toEqual([{ name: 'Claim text', old: 'old', new: 'now' }]);
  });

  test('say on which device others wrote, and how', () => {
    expect(historyWords.where({ origin: 'local', here: true, device: null })).toBe('');
    expect(historyWords.where({ origin: 'undo', here: true, device: null })).toBe('by undo');
    expect(historyWords.where({ origin: 'remote', here: false, device: null })).toBe('on another device');
    expect(historyWords.where({ origin: 'import', here: false, device: 'Desk' })).toBe(
      'from an import, on Desk',
    );
  });
});

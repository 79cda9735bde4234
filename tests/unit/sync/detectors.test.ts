import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redactText } from '../../../sync/core/detectors.ts';
import { privacySettingsSchema } from '../../../sync/core/privacy-settings.ts';

const all = ['email', 'phone', 'iban', 'card', 'national_id'];
const redaction = (style: 'marker' | 'drop', detectors = all) =>
  privacySettingsSchema.parse({ redaction: { detectors, style } }).redaction;

describe('redaction', () => {
  test.each([
    ['Write to jürgen.o-neill@mail.example.org today', 'Write to [email] today'],
    ['Call +49 30 1234-5678 or 0171 2345678.', 'Call [phone] or [phone].'],
    ['Pay to DE89 3704 0044 0532 0130 00 now', 'Pay to [iban] now'],
    ['Card 4111 1111 1111 1111, thanks', 'Card [card], thanks'],
    ['Card 4111 1111 1111 1111 123, thanks', 'Card [card] 123, thanks'],
    ['Card 4111111111111111 12/27', 'Card [card] 12/27'],
    ['Lot 17 4111 1111 1111 1111 on file', 'Lot 17 [card] on file'],
    ['Call +49\u00A030\u00A01234\u20115678 now', 'Call [phone] now'],
    ['Pay to DE89\u00A03704\u00A00044\u00A00532\u00A00130\u00A000 now', 'Pay to [iban] now'],
    ['SSN 078-05-1120 on file', 'SSN [national_id] on file'],
  ])('%j', (text, clean) => {
    expect(redactText(text, redaction('marker')).text).toBe(clean);
  });

  test.each([
    'Output averaged 3,380 cubic metres a day against a nameplate of 4,200.',
    'In 2026, revenue was 31.4 million; see pages 12-14 and figure 3.2.',
    'Years 2018 2019 2020 2021 2022 2023 2024 2025 2026 stand in the head of the table.',
    'Order 4111 1111 1111 1112 is no card.',
  ])('leaves figures alone: %j', (text) => {
    expect(redactText(text, redaction('marker', ['email', 'iban', 'card', 'national_id', 'phone']))).toEqual({
      text,
      found: 0,
    });
  });

  test('a policy without detectors changes nothing; "drop" leaves no trace', () => {
    const text = 'a@b.example and more';
    expect(redactText(text, redaction('marker', []))).toEqual({ text, found: 0 });
    expect(redactText(text, redaction('drop'))).toEqual({ text: ' and more', found: 1 });
  });

  test('takes a bounded number of steps for any text', () => {
    const hostile = ['a@', '+1', '0 ', '1-', 'DE8', '.', 'a', ' '];
    fc.assert(
      fc.property(fc.constantFrom(...hostile), (piece) => {
        const text = piece.repeat(200_000 / piece.length);
        expect(redactText(text, redaction('marker')).text.length).toBeLessThanOrEqual(text.length * 4);
      }),
      { numRuns: hostile.length },
    );
  }, 20_000);
});

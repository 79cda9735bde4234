import { describe, expect, test } from 'vitest';
import { Gate, policyFrom } from '../../../main/outbound/gate.ts';
import type { Receipt } from '../../../main/outbound/receipts.ts';

function gateWith(stored: unknown): { gate: Gate; receipts: Receipt[] } {
  const receipts: Receipt[] = [];
  const record = async (added: readonly Receipt[]): Promise<void> => {
    await Promise.resolve();
    receipts.push(...added);
  };
  return { gate: new Gate(policyFrom(stored), record, () => '2026-01-01T00:00:00.000Z'), receipts };
}

describe('the gate', () => {
  test('an allowed fetch leaves its receipt before the answer, with the host and no path', async () => {
    const { gate, receipts } = gateWith(null);
    expect(await gate.decideFetch('https://news.example/secret-plan?q=merger')).toEqual({
      allowed: true,
      rule: 'defaults.fetch',
    });
    expect(receipts).toEqual([
      expect.objectContaining({ destination: 'fetch', decision: 'allow', subject: { host: 'news.example' } }),
    ]);
    expect(JSON.stringify(receipts)).not.toContain('merger');
  });

  test('what is withheld leaves no receipt and names its rule', async () => {
    const { gate, receipts } = gateWith({
      sources: [{ match: { domain: 'news.example' }, effect: { fetch: 'withhold' } }],
    });
    expect(await gate.decideFetch('https://www.news.example/')).toEqual({
      allowed: false,
      rule: 'sources[0].fetch',
    });
    expect(receipts).toEqual([]);
  });

  test('words go to a model on this laptop, and to a remote one only by a rule', async () => {
    const { gate } = gateWith(null);
    expect(await gate.decideEmbedding(['words'], 'http://127.0.0.1:8080/v1')).toMatchObject({
      allowed: true,
    });
    expect(await gate.decideEmbedding(['words'], 'https://models.example/v1')).toEqual({
      allowed: false,
      rule: 'defaults.models_remote',
    });
    const { gate: open, receipts } = gateWith({ classes: { content: { models_remote: 'allow' } } });
    expect(await open.decideEmbedding(['one', 'two'], 'https://models.example/v1')).toMatchObject({
      allowed: true,
    });
    expect(receipts[0]).toMatchObject({ destination: 'models_remote', rows: 2 });
  });

  test('a rule on the host of an endpoint holds for what goes there', async () => {
    const { gate, receipts } = gateWith({
      classes: { content: { models_remote: 'allow' } },
      sources: [{ match: { domain: 'models.example' }, effect: { models_remote: 'withhold' } }],
    });
    expect(await gate.decideEmbedding(['words'], 'https://models.example/v1')).toEqual({
      allowed: false,
      rule: 'sources[0].models_remote',
    });
    expect(receipts).toEqual([]);
  });

  test('settings that cannot be understood let nothing out', async () => {
    const { gate } = gateWith({ v: 2, everything: 'allow' });
    expect((await gate.decideFetch('https://news.example/')).allowed).toBe(false);
    expect((await gate.decideEmbedding(['words'], 'https://models.example/v1')).allowed).toBe(false);
  });
});

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { causeFields, FileLog, safeFields } from '../../../main/host/log/log.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'workbench-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the log', () => {
  test('keeps ids, codes and figures', () => {
    new FileLog(folder, () => '2026-01-01T00:00:00.000Z').write('info', 'job.done', { count: 3, code: 'ok' });
    const [line] = readFileSync(join(folder, 'host.jsonl'), 'utf8').trim().split('\n');
    expect(JSON.parse(line ?? '')).toEqual({
      at: '2026-01-01T00:00:00.000Z',
      level: 'info',
      event: 'job.done',
      fields: { count: 3, code: 'ok' },
    });
  });

  test('withholds what could be content: sentences, paths with spaces, objects', () => {
    expect(safeFields({ title: 'Secret merger plan', nested: { a: 1 }, id: 'E-7KQ2' })).toEqual({
      title: 'withheld',
      nested: 'withheld',
      id: 'E-7KQ2',
    });
  });

  test('says of an exception its class and code, not its message', () => {
    const fields = causeFields(Object.assign(new Error('row "Secret merger plan"'), { code: 'SQLITE_BUSY' }));
    expect(fields).toMatchObject({ cause: 'Error', code: 'SQLITE_BUSY' });
    expect(JSON.stringify(fields)).not.toContain('merger');
  });

  test('rotates by size and keeps few files', () => {
    let second = 0;
    const log = new FileLog(folder, () => `2026-01-01T00:00:${String(second++).padStart(8, '0')}Z`);
    for (let i = 0; i < 30_000; i += 1) {
      log.write('info', 'filler', {
        a: 'x'.repeat(80),
        b: 'y'.repeat(80),
        c: 'z'.repeat(80),
        d: 'w'.repeat(60),
      });
    }
    expect(readdirSync(folder).length).toBeLessThanOrEqual(5);
    expect(readdirSync(folder).length).toBeGreaterThan(1);
  });

  test('does not fail its caller where the folder cannot be written', () => {
    expect(() => new FileLog('/dev/null/logs').write('error', 'anything')).not.toThrow();
  });
});

import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { PurgeLedgerFile } from '../../../../sync/server/purge-ledger.ts';

const tenant = '00000000-0000-7000-8000-0000000000aa';
const idOf = (at: number) => `00000000-0000-7000-8000-${String(at).padStart(12, '0')}`;
const rows = (...ids: number[]) => ids.map((at) => ({ entity: 2, id: idOf(at) }));
const asRead = (...ids: number[]) => rows(...ids).map((row) => ({ tenant, ...row }));

function begin() {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'purged.ndjson');
  return { path, ledger: new PurgeLedgerFile(path) };
}

test('[P15] what was purged is read again, in the form of earlier builds too', async () => {
  const { path, ledger } = begin();
  expect(await ledger.read()).toEqual([]);
  writeFileSync(path, `${JSON.stringify({ tenant, entity: 2, id: idOf(1) })}\n`);
  await ledger.append(tenant, rows(2, 3));
  await ledger.append(tenant, rows(4));
  expect(await ledger.read()).toEqual(asRead(1, 2, 3, 4));
});

test('[P15] an append that a full disk or a power cut left unfinished counts for nothing, and the next one whole', async () => {
  const { path, ledger } = begin();
  await ledger.append(tenant, rows(1));
  const whole = readFileSync(path, 'utf8');
  await ledger.append(tenant, rows(2, 3));
  const added = readFileSync(path, 'utf8').slice(whole.length);
  for (let cut = 0; cut < added.length; cut += 1) {
    writeFileSync(path, whole + added.slice(0, cut));
    expect(await ledger.read()).toEqual(asRead(1));
    await ledger.append(tenant, rows(4));
    const [first, ...others] = await ledger.read();
    expect(first).toEqual(asRead(1)[0]);
    // All but its line's end was written: it may count, and then whole.
    expect(others).toEqual(cut === added.length - 1 ? asRead(2, 3, 4) : asRead(4));
  }
});

test('[P15] several that append at the same time do not write into each other', async () => {
  const { path } = begin();
  const many = Array.from({ length: 20 }, (_, at) => at);
  const appending = many.map((at) =>
    new PurgeLedgerFile(path).append(
      tenant,
      rows(...Array.from({ length: 5000 }, (_each, n) => at * 10_000 + n)),
    ),
  );
  await Promise.all(appending);
  expect(await new PurgeLedgerFile(path).read()).toHaveLength(100_000);
});

test('a line that is damaged otherwise is named', async () => {
  const { path, ledger } = begin();
  await ledger.append(tenant, rows(1));
  appendFileSync(path, '{"tenant":"somebody"}\n');
  await expect(ledger.read()).rejects.toThrow('damaged at line 3');
});

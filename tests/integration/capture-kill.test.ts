import { fork } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bytesOf, docx, mail, pdf } from '../helpers/documents.ts';
import { openIngest, temporaryFolder } from '../helpers/ingest.ts';

const kills = Number(process.env['WORKBENCH_KILLS'] ?? 10);
const canary = 'canary-words-that-must-not-show';

/** Runs the process and kills it that many milliseconds after it began to work; false where it had finished before. */
async function runAndKill(folder: string, input: string, after: number | null): Promise<boolean> {
  const child = fork(new URL('../helpers/ingest-process.ts', import.meta.url), [folder, input], {
    execPath: process.execPath,
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let timer: NodeJS.Timeout | null = null;
  child.on('message', () => {
    if (after !== null) timer = setTimeout(() => child.kill('SIGKILL'), after);
  });
  const code = await new Promise<number | null>((resolve) => child.on('exit', resolve));
  if (timer !== null) clearTimeout(timer);
  if (code !== null && code !== 0) throw new Error(`the process ended with ${code}`);
  return code === null;
}

/** Every file's bytes below a folder. */
function* filesOf(folder: string): Generator<Buffer> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesOf(path);
    else yield readFileSync(path);
  }
}

test(`ingest that is killed ${kills} times brings every document whole, once`, async () => {
  const place = temporaryFolder();
  const input = join(place.path, 'in');
  mkdirSync(input);
  const files = Math.max(60, kills * 12);
  for (let at = 0; at < files; at += 1) {
    const words = `${canary} number ${at}. ${'Prices fell as mines opened. '.repeat(5 + (at % 40))}`;
    if (at % 15 === 0)
      writeFileSync(
        join(input, `${at}.pdf`),
        pdf(Array.from({ length: 5 }, (_, page) => [`${words.slice(0, 80)} ${page}`])),
      );
    else if (at % 15 === 1) writeFileSync(join(input, `${at}.docx`), docx([`Heading ${at}`, words]));
    else if (at % 15 === 2)
      writeFileSync(
        join(input, `${at}.eml`),
        mail(`Mail ${at}`, words, [
          { name: 'a.txt', type: 'text/plain', bytes: bytesOf(`Attached to ${at}.`) },
        ]),
      );
    else writeFileSync(join(input, `${at}.txt`), words);
  }
  const mails = Math.ceil((files - 2) / 15);
  let killed = 0;
  // Times spread over the whole run: at each of them the process stands somewhere else.
  for (let at = 0; at < kills; at += 1) {
    if (await runAndKill(place.path, input, Math.round((at * 0.618 * 250) % 250))) killed += 1;
    for (const bytes of filesOf(join(place.path, 'workspace'))) expect(bytes.includes(canary)).toBe(false);
  }
  await runAndKill(place.path, input, null);
  expect(killed).toBeGreaterThan(kills / 3);
  const bench = openIngest(place.path, { dataKey: new Uint8Array(32).fill(7) });
  const { statements, sqlite } = bench.workspace.replica.db;
  const one = (sql: string) => statements.value<number>(sql);
  expect(sqlite.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(one(`SELECT count(*) FROM job_items WHERE state = 'added'`)).toBe(files + mails);
  expect(one('SELECT count(*) FROM job_items')).toBe(files + mails);
  expect(one('SELECT count(*) FROM evidence')).toBe(files + mails);
  expect(one("SELECT count(DISTINCT file_name || coalesce(hex(parent_id), '')) FROM evidence")).toBe(
    files + mails,
  );
  const parts = `FROM evidence e LEFT JOIN artifacts a ON a.id = e.artifact_id
    LEFT JOIN content_extractions x ON x.id = e.extraction_id LEFT JOIN bodies b ON b.hash = x.text_hash
    WHERE a.id IS NULL OR x.id IS NULL OR b.hash IS NULL OR NOT EXISTS (SELECT 1 FROM chunks c WHERE c.evidence = e.id)`;
  expect(one(`SELECT count(*) ${parts}`)).toBe(0);
  expect(one('SELECT count(*) FROM txns WHERE open = 1')).toBe(0);
  for (const { hash } of statements.all<{ hash: string }>('SELECT content_hash AS hash FROM artifacts')) {
    expect(bench.workspace.blobs.verify(hash)).toBe(true);
  }
  await bench.close();
  place.remove();
}, 600_000);

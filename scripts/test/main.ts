import { existsSync } from 'node:fs';
import path from 'node:path';
import { runChild } from '../child.ts';
import { projectRoot } from '../project-root.ts';
import { browserSuite, electronSuite, lintSuite, vitestSuite } from './suites.ts';
import { crashed, verdict, type Tally } from './tally.ts';

const SUITES: Readonly<Record<string, () => Promise<Tally>>> = {
  lint: lintSuite,
  vitest: vitestSuite,
  browser: browserSuite,
  electron: electronSuite,
};

/**
 * `npm test [-- suite …]`: sets up what the suites need, runs them (all, or those named), and ends with one line,
 * `N passed, N failed, N skipped`. A suite that crashes has failed; one that lacks something says what.
 */
async function main(named: readonly string[]): Promise<number> {
  const unknown = named.filter((name) => !(name in SUITES));
  if (unknown.length > 0) {
    process.stderr.write(
      `No such suite: ${unknown.join(', ')}. There are ${Object.keys(SUITES).join(', ')}.\n`,
    );
    return 2;
  }
  const chosen = Object.entries(SUITES).filter(([name]) => named.length === 0 || named.includes(name));
  if (chosen.some(([name]) => name !== 'lint')) await obtainModel();
  const tallies: Tally[] = [];
  for (const [name, run] of chosen) {
    process.stdout.write(`\n== ${name}\n`);
    const started = performance.now();
    const tally = await run().catch((error: unknown) => {
      process.stdout.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      return crashed(name);
    });
    tallies.push(tally);
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    process.stdout.write(`${name}: ${verdict([tally]).line} in ${seconds} s\n`);
    for (const name of tally.repeated ?? [])
      process.stdout.write(
        `${name} failed once and passed when it was run again: see its first failure above.\n`,
      );
    if (tally.lacks !== undefined) process.stdout.write(`${name} was skipped: it lacks ${tally.lacks}.\n`);
  }
  const { line, exitCode } = verdict(tallies);
  process.stdout.write(`\n${line}\n`);
  return exitCode;
}

/** Tests of semantic search need the model; where it cannot be had they say so themselves. */
async function obtainModel(): Promise<void> {
  if (!existsSync(path.join(projectRoot, 'main', 'cli', 'index.ts'))) return;
  const result = await runChild(process.execPath, ['main/cli/index.ts', 'model', 'install'], {
    milliseconds: 120_000,
    output: 'capture',
  });
  if (result.code !== 0)
    process.stdout.write('The embedding model could not be installed; its tests are skipped.\n');
}

process.exitCode = await main(process.argv.slice(2));

import { run, shrink } from './run.ts';

/** `npm run sim -- [--seeds N] [--seed S] [--steps K]`: random histories of laptops and a server; the same seed gives the same one. */
const options = new Map<string, number>();
const given = process.argv.slice(2);
for (let at = 0; at < given.length; at += 2) options.set(given[at] ?? '', Number(given[at + 1]));
const first = options.get('--seed') ?? 1;
const seeds = options.get('--seeds') ?? 1;
const steps = options.get('--steps') ?? 60;

const counts = new Map<string, number>();
let failed = 0;
const began = performance.now();
for (let seed = first; seed < first + seeds; seed += 1) {
  const result = await run({ seed, steps });
  for (const [name, count] of [...result.fired, ...result.codes])
    counts.set(name, (counts.get(name) ?? 0) + count);
  if (seeds === 1) console.log(`seed ${seed}: trace ${result.hash}`);
  if (result.faults.length === 0) continue;
  failed += 1;
  console.log(`seed ${seed}: ${result.faults.slice(0, 5).join('; ')}`);
  if (failed > 1 && seeds > 1) continue;
  const { kept, result: smallest } = await shrink({ seed, steps });
  console.log(`  ${kept.length} steps are enough (${kept.join(', ')}): ${smallest.faults[0] ?? ''}`);
  console.log(smallest.trace.map((line) => `    ${line}`).join('\n'));
}
const seconds = Math.round((performance.now() - began) / 100) / 10;
console.log(`${seeds} seeds of ${steps} steps in ${seconds} s, ${failed} failed`);
console.log(
  [...counts]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => `  ${name}: ${count}`)
    .join('\n'),
);
process.exitCode = failed === 0 ? 0 : 1;

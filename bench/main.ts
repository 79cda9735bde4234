import { readdirSync } from 'node:fs';
import process from 'node:process';

import { pinToCores } from './harness.ts';

/** What a bench module exports: it measures, reports, and answers whether every bar was reached. */
export interface Bench {
  readonly run: (options: readonly string[]) => Promise<boolean>;
}

/** Benches by name: each is a module `NAME.bench.ts` in this folder. */
const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => file.slice(0, -'.bench.ts'.length))
  .toSorted();

const [name, ...options] = process.argv.slice(2);
const chosen = name === undefined || name === 'all' ? names : [name];

if (!chosen.every((one) => names.includes(one))) {
  process.stderr.write(`No bench of this name. There are: ${names.join(', ')}\n`);
  process.exit(2);
}
process.stdout.write(`${pinToCores()}\n`);
let good = true;
for (const one of chosen) {
  const bench = (await import(`./${one}.bench.ts`)) as Bench;
  good = (await bench.run(options)) && good;
}
process.exit(good ? 0 : 1);

/**
 * Runs one script of the project under its own Node, installing the packages first where they are missing or old:
 * `node scripts/run.mjs <file> [arguments]`. This is what every npm script calls, so that a fresh clone needs nothing
 * but a Node >= 20.
 */
import path from 'node:path';
import { findRuntime, install, installIsFresh, projectRoot, replaceProcess } from './runtime.mjs';

const [file, ...args] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write('Usage: node scripts/run.mjs <file> [arguments]\n');
  process.exit(2);
}
if (!installIsFresh() && !install()) {
  process.stderr.write('The packages could not be installed. Check the network and run the command again.\n');
  process.exit(1);
}
const runtime = findRuntime();
if (runtime === undefined) {
  process.stderr.write(
    'No Node 24 is published for this platform. Start the command with a Node >= 24 of your own.\n',
  );
  process.exit(1);
}
replaceProcess(runtime, [path.resolve(projectRoot, file), ...args]);

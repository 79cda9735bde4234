#!/usr/bin/env node
/**
 * The `workbench` command: whatever Node started it, the command line itself runs under the project's own.
 */
import path from 'node:path';
import { findRuntime, nodeFlags, projectRoot, replaceProcess } from '../scripts/runtime.mjs';

const runtime = findRuntime();
if (runtime === undefined) {
  process.stderr.write(
    `The Workbench needs its own Node 24, which is not installed. Run "npm ci" in ${projectRoot}, then try again.\n`,
  );
  process.exit(1);
}
const args = process.argv.slice(2);
replaceProcess(runtime, [...nodeFlags(args), path.join(projectRoot, 'main', 'cli', 'index.ts'), ...args]);

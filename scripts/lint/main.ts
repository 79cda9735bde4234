import { spawnSync } from 'node:child_process';
import { projectRoot } from '../project-root.ts';
import { lintSteps, presentFolders } from './steps.ts';

/** `npm run lint`: runs every check, says what failed, and prints one line for each at the end. */
function main(): number {
  const lines: string[] = [];
  let failed = 0;
  for (const step of lintSteps(presentFolders())) {
    const result = spawnSync(process.execPath, [...step.command], { cwd: projectRoot, encoding: 'utf8' });
    if (result.status === 0) {
      lines.push(`  ok    ${step.name}`);
    } else {
      failed += 1;
      lines.push(`  fails ${step.name}`);
      process.stdout.write(`${step.name}:\n${result.stdout}${result.stderr}\n`);
    }
  }
  process.stdout.write(`${lines.join('\n')}\n`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = main();

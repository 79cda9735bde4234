import { existsSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../project-root.ts';

/** One check of the sources: a name, and the command that fails when the sources break its rules. */
export interface LintStep {
  readonly name: string;
  /** Arguments for the project's Node: a tool's entry file and its options. */
  readonly command: readonly string[];
}

const TYPE_CONFIGS = ['core', 'node', 'electron', 'renderer', 'tests'] as const;

/** The folders that dependency rules are about; a folder that does not exist is left out by the runner. */
export const SOURCE_FOLDERS = [
  'main',
  'renderer',
  'preload',
  'db',
  'sync',
  'scripts',
  'tests',
  'bench',
] as const;

/** Every check, cheapest first. Each is independent of the others. */
export function lintSteps(folders: readonly string[]): LintStep[] {
  return [
    { name: 'files', command: ['scripts/lint/check-files.ts'] },
    { name: 'rules', command: ['node_modules/oxlint/bin/oxlint', '--deny-warnings'] },
    ...TYPE_CONFIGS.map((config) => ({
      name: `types ${config}`,
      command: ['node_modules/typescript/bin/tsc', '-p', `tsconfig.${config}.json`],
    })),
    {
      name: 'imports',
      command: [
        'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs',
        '--config',
        '.dependency-cruiser.cjs',
        '--output-type',
        'err',
        ...folders,
      ],
    },
    {
      name: 'unused',
      command: ['node_modules/knip/bin/knip.js', '--no-progress', '--treat-config-hints-as-errors'],
    },
    {
      name: 'format',
      command: ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'],
    },
  ];
}

/** The source folders that exist. */
export function presentFolders(): string[] {
  return SOURCE_FOLDERS.filter((folder) => existsSync(path.join(projectRoot, folder)));
}

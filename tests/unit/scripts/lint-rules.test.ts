import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fileFaults } from '../../../scripts/lint/file-faults.ts';
import { lintSteps } from '../../../scripts/lint/steps.ts';

/** Each rule of the linter is broken once in a small project; a check that stays silent there guards nothing. */
const root = path.resolve(import.meta.dirname, '..', '..', '..');
const CONFIGS = [
  'package.json',
  'tsconfig.json',
  'tsconfig.base.json',
  'tsconfig.core.json',
  'tsconfig.node.json',
  'tsconfig.renderer.json',
  'tsconfig.electron.json',
  'tsconfig.tests.json',
  '.oxlintrc.json',
  '.dependency-cruiser.cjs',
  '.prettierrc.json',
];
let project = '';

beforeEach(() => {
  project = mkdtempSync(path.join(tmpdir(), 'workbench-lint-'));
  for (const name of CONFIGS) cpSync(path.join(root, name), path.join(project, name));
  symlinkSync(path.join(root, 'node_modules'), path.join(project, 'node_modules'));
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(project, name)), { recursive: true });
    writeFileSync(path.join(project, name), text);
  }
}

/** Runs one check in the small project. */
function run(step: string): { failed: boolean; output: string } {
  const folders = ['main', 'renderer', 'preload', 'db', 'sync'].filter((folder) => {
    mkdirSync(path.join(project, folder), { recursive: true });
    return true;
  });
  const found = lintSteps(folders).find((each) => each.name === step);
  if (found === undefined) throw new Error(`There is no check ${step}.`);
  const command = found.command.map((part) =>
    part.startsWith('node_modules/') ? path.join(root, part) : part,
  );
  const result = spawnSync(process.execPath, command, { cwd: project, encoding: 'utf8' });
  return { failed: result.status !== 0, output: result.stdout + result.stderr };
}

const value = 'export const value = 1;\n';
const uses = (place: string): string => `import { value } from '${place}';\nexport const other = value;\n`;

describe('imports', () => {
  test.each([
    ['catalogue-imports-nothing', { 'db/catalogue/a.ts': uses('../queries/b.ts'), 'db/queries/b.ts': value }],
    ['core-knows-protocol', { 'sync/core/a.ts': uses('../../db/replica/b.ts'), 'db/replica/b.ts': value }],
    [
      'contract-knows-protocol',
      { 'preload/contract/a.ts': uses('../../main/host/b.ts'), 'main/host/b.ts': value },
    ],
    [
      'renderer-knows-contract',
      { 'renderer/app/a.ts': uses('../../db/queries/b.ts'), 'db/queries/b.ts': value },
    ],
    ['search-stands-alone', { 'main/search/a.ts': uses('../host/b.ts'), 'main/host/b.ts': value }],
    [
      'host-composes-capabilities',
      { 'main/host/a.ts': uses('../electron/b.ts'), 'main/electron/b.ts': value },
    ],
    ['no-test-code-in-product', { 'main/host/a.ts': uses('../../tests/b.ts'), 'tests/b.ts': value }],
    [
      'no-cycles',
      { 'db/queries/a.ts': `${uses('./b.ts')}${value}`, 'db/queries/b.ts': `${uses('./a.ts')}${value}` },
    ],
    [
      'electron-only-in-its-shell',
      { 'main/host/a.ts': "import { app } from 'electron';\nexport const other = app;\n" },
    ],
    [
      'aria-only-in-ui',
      {
        'renderer/app/a.ts':
          "import { Button } from 'react-aria-components';\nexport const other = Button;\n",
      },
    ],
    [
      'pure-code-has-no-runtime',
      { 'sync/core/a.ts': "import fs from 'node:fs';\nexport const other = fs;\n" },
    ],
    [
      'no-driver-above-the-replica',
      { 'main/host/a.ts': "import D from 'better-sqlite3-multiple-ciphers';\nexport const other = D;\n" },
    ],
    ['resolvable', { 'main/host/a.ts': uses('./missing.ts') }],
  ])('%s', (rule, files) => {
    write(files);
    const { failed, output } = run('imports');
    expect(output).toContain(rule);
    expect(failed).toBe(true);
  });

  test('a type counts like any other import', () => {
    write({
      'db/catalogue/a.ts': "import type { Value } from '../queries/b.ts';\nexport type Other = Value;\n",
      'db/queries/b.ts': 'export type Value = 1;\n',
    });
    expect(run('imports').output).toContain('catalogue-imports-nothing');
  });

  test('allowed imports pass', () => {
    write({ 'db/queries/a.ts': uses('../catalogue/b.ts'), 'db/catalogue/b.ts': value });
    expect(run('imports')).toMatchObject({ failed: false });
  });
});

describe('rules', () => {
  test.each([
    ['no-floating-promises', 'export async function work(): Promise<void> {}\nwork();\n'],
    ['no-explicit-any', 'export const value = (input: any): string => String(input);\n'],
    ['ban-ts-comment', '// @ts-ignore\nexport const value: number = 1;\n'],
    ['no-eval', "export const value: unknown = eval('1');\n"],
  ])('%s', (rule, text) => {
    write({ 'main/host/a.ts': text });
    const { failed, output } = run('rules');
    expect(output).toContain(rule);
    expect(failed).toBe(true);
  });
});

describe('types', () => {
  test.each([
    ['types node', 'main/host/a.ts', 'export const value: string = 1;\n'],
    ['types core', 'sync/core/a.ts', 'export const value = process.pid;\n'],
    ['types renderer', 'renderer/app/a.ts', 'export const value = process.pid;\n'],
    ['types node', 'main/host/a.ts', 'export const value = document.title;\n'],
  ])('%s in %s', (step, file, text) => {
    write({ [file]: text });
    expect(run(step).failed).toBe(true);
  });
});

test('format', () => {
  write({ 'main/host/a.ts': 'export   const value = "a"\n' });
  expect(run('format').failed).toBe(true);
});

describe('files', () => {
  test.each([
    ['main/host/a.ts', 'x\n'.repeat(401), '401 lines'],
    ['renderer/app/a.css', 'a { color: #fff; }', 'tokens.css'],
    ['renderer/app/a.tsx', "const colour = '#a1b2c3';", 'tokens.css'],
    ['main/electron/a.ts', "import { ipcMain } from 'electron';", 'ipcMain'],
    ['db/replica/a.ts', 'db.serialize()', 'plain bytes'],
  ])('%s', (file, text, fault) => {
    expect(fileFaults(file, text).join('\n')).toContain(fault);
  });

  test.each([
    ['main/host/a.ts', 'x\n'.repeat(400)],
    ['renderer/ui/tokens.css', 'a { color: #fff; }'],
    ['renderer/app/a.tsx', '<use href="#add" />'],
    ['main/electron/ipc/ipc-door.ts', 'ipcMain.handle'],
  ])('%s passes', (file, text) => {
    expect(fileFaults(file, text)).toEqual([]);
  });
});

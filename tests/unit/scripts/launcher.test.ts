import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

/** The launcher in a small project of its own, whose command line does what each test writes. */
const root = path.resolve(import.meta.dirname, '..', '..', '..');
const platform = process.platform === 'win32' ? 'win' : process.platform;
const runtimeFolder = `node-${platform}-${process.arch}`;
let project = '';

beforeEach(() => {
  project = mkdtempSync(path.join(tmpdir(), 'workbench-launcher-'));
  for (const folder of [
    'bin',
    'scripts',
    path.join('main', 'cli'),
    path.join('node_modules', runtimeFolder, 'bin'),
  ]) {
    mkdirSync(path.join(project, folder), { recursive: true });
  }
  cpSync(path.join(root, 'bin', 'workbench.mjs'), path.join(project, 'bin', 'workbench.mjs'));
  cpSync(path.join(root, 'scripts', 'runtime.mjs'), path.join(project, 'scripts', 'runtime.mjs'));
  writeFileSync(path.join(project, 'package.json'), '{"type":"module"}');
  symlinkSync(process.execPath, path.join(project, 'node_modules', runtimeFolder, 'bin', 'node'));
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

function commandLine(text: string): void {
  writeFileSync(path.join(project, 'main', 'cli', 'index.ts'), text);
}

const launcher = (): string => path.join(project, 'bin', 'workbench.mjs');

describe.skipIf(process.platform === 'win32')('the launcher', () => {
  test('bounds the heap of a server, as the environment says, and of no other command', () => {
    commandLine(`import v8 from 'node:v8';
console.log(Math.round(v8.getHeapStatistics().heap_size_limit / 2 ** 20));`);
    const limit = (args: string[], memory?: string): number => {
      const env = memory === undefined ? process.env : { ...process.env, WORKBENCH_SERVER_MEMORY: memory };
      const run = spawnSync(process.execPath, [launcher(), ...args], { encoding: 'utf8', env });
      return run.status === 0 ? Number(run.stdout) : -(run.status ?? 1);
    };
    const bounded = limit(['server', 'start']);
    // The young generation stands beside the old one.
    expect(limit(['server', 'start'], '200') - 200).toBe(bounded - 1024);
    expect(bounded).toBeGreaterThanOrEqual(1024);
    expect(limit(['server', 'doctor'], '200')).toBe(limit(['server', 'doctor']));
    for (const wrong of ['', '12', 'much', '1e3', '-500']) expect(limit(['server', 'start'], wrong)).toBe(-2);
  });

  test('passes arguments, input, output and the exit code through', () => {
    commandLine(
      'const words: string[] = process.argv.slice(2);\n' +
        "process.stdin.on('data', (part) => process.stdout.write(`${words.join('|')}:${part}`));\n" +
        "process.stdin.on('end', () => process.exit(3));\n",
    );
    const result = spawnSync(process.execPath, [launcher(), 'a b', '--c'], {
      input: 'given',
      encoding: 'utf8',
    });
    expect(result).toMatchObject({ status: 3, stdout: 'a b|--c:given' });
  });

  test('hands signals on and ends as the command ended', async () => {
    commandLine(
      "process.on('SIGTERM', () => process.exit(7));\nprocess.stdout.write('up');\nsetInterval(() => 0, 1000);\n",
    );
    const child = spawn(process.execPath, [launcher()], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGTERM');
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(7);
  });

  test('works through a link, as npm makes one', () => {
    commandLine("process.stdout.write('linked');\n");
    symlinkSync(launcher(), path.join(project, 'workbench'));
    expect(spawnSync(path.join(project, 'workbench'), { encoding: 'utf8' }).stdout).toBe('linked');
  });
});

describe('the installation', () => {
  interface Runtime {
    findRuntime(root: string, running: object): string | undefined;
    installIsFresh(root: string): boolean;
  }
  const load = (): Promise<Runtime> => import(path.join(root, 'scripts', 'runtime.mjs')) as Promise<Runtime>;
  const other = { platform: 'sunos', arch: 'x64', execPath: '/own/node', versions: { node: '24.1.0' } };

  test('without a bundled Node uses the running one only where that is new enough', async () => {
    const { findRuntime } = await load();
    expect(findRuntime(project, other)).toBe('/own/node');
    expect(findRuntime(project, { ...other, versions: { node: '20.19.0' } })).toBeUndefined();
  });

  test('is fresh when every package of the lock is there in its version', async () => {
    const { installIsFresh } = await load();
    const lock = (name: string, version: string): void => {
      const packages = {
        'node_modules/a': { version },
        ...(name === 'package-lock.json' ? { 'node_modules/b': { version: '1', optional: true } } : {}),
      };
      writeFileSync(path.join(project, name), JSON.stringify({ packages }));
    };
    lock('package-lock.json', '1.0.0');
    expect(installIsFresh(project)).toBe(false);
    lock(path.join('node_modules', '.package-lock.json'), '1.0.0');
    expect(installIsFresh(project)).toBe(true);
    lock('package-lock.json', '1.0.1');
    expect(installIsFresh(project)).toBe(false);
  });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { isStale, markFresh } from '../../../scripts/build/staleness.ts';
import { chooseMode, hasDisplay } from '../../../scripts/start/choose-mode.ts';
import { parseStartOptions } from '../../../scripts/start/options.ts';

describe('how the Workbench opens', () => {
  const here = { browserAsked: false, display: true, electron: () => Promise.resolve(true) };

  test('in Electron where there are a display and a binary', async () => {
    expect((await chooseMode(here)).kind).toBe('electron');
  });

  test('in the browser otherwise, saying why', async () => {
    expect(await chooseMode({ ...here, browserAsked: true })).toMatchObject({
      kind: 'browser',
      because: 'as you asked',
    });
    expect((await chooseMode({ ...here, electron: () => Promise.resolve(false) })).because).toContain(
      'Electron',
    );
    const electron = vi.fn(() => Promise.resolve(true));
    expect((await chooseMode({ ...here, display: false, electron })).because).toContain('display');
    expect(electron).not.toHaveBeenCalled();
  });

  test('only Linux can be without a display', () => {
    expect(hasDisplay('linux', {})).toBe(false);
    expect(hasDisplay('linux', { DISPLAY: '' })).toBe(false);
    expect(hasDisplay('linux', { WAYLAND_DISPLAY: 'wayland-0' })).toBe(true);
    expect(hasDisplay('darwin', {})).toBe(true);
  });

  test('options are read, and an unknown one is refused', () => {
    expect(parseStartOptions(['--workspace', 'w', '--browser', '--port', '8123', '--no-open'])).toEqual({
      workspace: 'w',
      browser: true,
      port: '8123',
      open: false,
    });
    expect(parseStartOptions([])).toEqual({ browser: false, open: true });
    expect(() => parseStartOptions(['--unknown'])).toThrow('--unknown');
  });
});

describe('what is stale', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'workbench-stale-'));
    mkdirSync(path.join(root, 'source', 'deep'), { recursive: true });
    mkdirSync(path.join(root, 'dist', 'out'), { recursive: true });
    writeFileSync(path.join(root, 'source', 'deep', 'a.ts'), '1');
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  test('a result is fresh until its inputs change, and stale when it is gone', () => {
    const stale = (): boolean => isStale(root, 'dist/out', ['source', 'absent']);
    expect(stale()).toBe(true);
    markFresh(root, 'dist/out', ['source', 'absent']);
    expect(stale()).toBe(false);
    writeFileSync(path.join(root, 'source', 'deep', 'a.ts'), '2');
    expect(stale()).toBe(true);
    writeFileSync(path.join(root, 'source', 'deep', 'a.ts'), '1');
    expect(stale()).toBe(false);
    writeFileSync(path.join(root, 'source', 'b.ts'), '');
    expect(stale()).toBe(true);
    rmSync(path.join(root, 'source', 'b.ts'));
    rmSync(path.join(root, 'dist', 'out'), { recursive: true });
    expect(stale()).toBe(true);
  });
});

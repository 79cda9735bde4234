import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hostFitsElectron } from '../../../main/electron/host/choose-host.ts';
import { KeyStore, keyStoreStatus, type SystemStore } from '../../../main/electron/keys/key-store.ts';
import { findPlaces } from '../../../main/electron/places.ts';
import { zoom } from '../../../main/electron/windows/zoom.ts';
import {
  placeOnScreens,
  readWindowState,
  writeWindowState,
} from '../../../main/electron/windows/window-state.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'workbench-shell-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** A system store that seals by turning bytes round, so that nothing stands in a file as it was given. */
function store(backend: 'gnome_libsecret' | 'basic_text', available = true): SystemStore {
  return {
    isEncryptionAvailable: () => available,
    getSelectedStorageBackend: () => backend,
    encryptString: (text) => Buffer.from(text, 'utf8').reverse(),
    decryptString: (sealed) => Buffer.from(sealed).reverse().toString('utf8'),
  };
}

describe('the key store', () => {
  test('keeps a secret by workspace and gives it back', () => {
    const keys = new KeyStore(path.join(home, 'keys'), store('gnome_libsecret'), 'linux');
    expect(keys.save('/workspaces/one', 'c2VjcmV0')).toBe(true);
    expect(keys.load('/workspaces/one')).toBe('c2VjcmV0');
    expect(keys.load('/workspaces/two')).toBeNull();
    const [name = ''] = readdirSync(path.join(home, 'keys'));
    expect(name).not.toContain('workspaces');
    expect(readFileSync(path.join(home, 'keys', name), 'utf8')).not.toContain('c2VjcmV0');
  });

  test('refuses a store that is plain text, and says so', () => {
    const keys = new KeyStore(path.join(home, 'keys'), store('basic_text'), 'linux');
    expect(keys.save('/workspaces/one', 'c2VjcmV0')).toBe(false);
    expect(keys.load('/workspaces/one')).toBeNull();
    expect(readdirSync(home)).toEqual([]);
    expect(keys.status().sentence).toContain('basic_text');
  });

  test('says that there is none, and names the other ways', () => {
    const status = keyStoreStatus(store('gnome_libsecret', false), 'linux');
    expect(status.available).toBe(false);
    expect(status.sentence).toContain('passphrase');
  });

  test('a sealed file that cannot be opened any more is no secret', () => {
    const broken: SystemStore = {
      ...store('gnome_libsecret'),
      decryptString: () => {
        throw new Error('another person');
      },
    };
    new KeyStore(home, store('gnome_libsecret'), 'linux').save('/w', 'c2VjcmV0');
    expect(new KeyStore(home, broken, 'linux').load('/w')).toBeNull();
  });
});

describe('the window', () => {
  const state = { x: 100, y: 50, width: 1200, height: 800, maximized: false, zoom: 125 };

  test('stands where it last stood', () => {
    const file = path.join(home, 'deep', 'window.json');
    writeWindowState(file, state);
    expect(readWindowState(file)).toEqual(state);
    expect(placeOnScreens(state, [{ x: 0, y: 0, width: 1920, height: 1080 }])).toEqual(state);
  });

  test('of an older version had its own size', () => {
    const file = path.join(home, 'window.json');
    const { zoom: _zoom, ...older } = state;
    writeFileSync(file, JSON.stringify(older));
    expect(readWindowState(file)).toEqual({ ...state, zoom: 100 });
  });

  test('goes through the sizes and stays at their ends', () => {
    const contents = {
      factor: 1,
      getZoomFactor: () => contents.factor,
      setZoomFactor: (factor: number) => {
        contents.factor = factor;
      },
    };
    expect([zoom(contents, 'in'), zoom(contents, 'in'), zoom(contents, 'out')]).toEqual([110, 125, 110]);
    expect(zoom(contents, 'reset')).toBe(100);
    contents.factor = 3;
    expect(zoom(contents, 'in')).toBe(300);
    contents.factor = 0.5;
    expect(zoom(contents, 'out')).toBe(50);
    // Between two sizes, as a page may be left by other means.
    contents.factor = 1.2;
    expect(zoom(contents, 'out')).toBe(110);
  });

  test('comes back when its screen is gone', () => {
    expect(
      placeOnScreens({ ...state, x: 4000 }, [{ x: 0, y: 0, width: 1920, height: 1080 }]),
    ).toBeUndefined();
  });

  test.each(['', '{', '{"x":1}', '{"x":1,"y":1,"width":1,"height":1,"maximized":false}'])(
    'a damaged state %j is no state',
    (text) => {
      const file = path.join(home, 'window.json');
      writeFileSync(file, text);
      expect(readWindowState(file)).toBeUndefined();
    },
  );
});

describe('the host', () => {
  test.each([
    ['24.21.0', true, true],
    ['22.1.0', true, true],
    ['16.17.1', false, false],
    ['20.18.0', true, false],
    ['24.21.0', false, false],
  ])('under Node %s, reading TypeScript: %s, fits the utility process: %s', (version, reads, fits) => {
    expect(hostFitsElectron(version, reads)).toBe(fits);
  });

  test('in a packaged application lies beside the archive', () => {
    const bundle = path.join(home, 'resources', 'app.asar', 'dist', 'electron');
    const places = findPlaces(bundle, 'linux', 'x64');
    expect(places.hostEntry).toBe(
      path.join(home, 'resources', 'app.asar.unpacked', 'main', 'host', 'process.ts'),
    );
    expect(places.renderer).toBe(path.join(home, 'resources', 'app.asar', 'dist', 'renderer'));
    expect(places.runtime).toBeUndefined();
  });
});

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type ElectronApplication, expect, type Page, test } from '@playwright/test';
import { launchElectron, makeHome } from '../../helpers/electron-app.ts';

/** What the preload puts on the page, as a page sees it that keeps to no types. */
interface Bridge {
  connect(): Promise<void>;
  setTitle(title: unknown): Promise<void>;
  openExternal(address: string): Promise<boolean>;
}

interface Bridged {
  readonly workbench: Bridge;
}

/** The shell's promises, kept in a real Electron by a page that tries to break each. */
const home = makeHome();
let app: ElectronApplication;
let page: Page;

test.beforeAll(async () => {
  const renderer = path.resolve(import.meta.dirname, '..', '..', 'fixtures', 'shell-page');
  app = await launchElectron({ home: home.folder, renderer });
  page = await app.firstWindow({ timeout: 20_000 });
  // Asked of the page itself: its load event may have come before anybody listened.
  await page.waitForFunction(() => document.readyState === 'complete', undefined, { timeout: 20_000 });
});

test.afterAll(async () => {
  await app?.close();
  home.remove();
});

test('the page comes from its own scheme, not from a file', () => {
  expect(page.url()).toBe('stratmaster-app://workbench/');
});

test('a picked file gives its path to the page', async () => {
  const file = path.join(home.folder, 'picked.txt');
  writeFileSync(file, 'picked');
  await page.locator('#file').setInputFiles(file);
  await expect.poll(() => page.evaluate(() => (window as { pickedPath?: string }).pickedPath)).toBe(file);
});

test('an inline script does not run', async () => {
  await expect(page.locator('#state')).toHaveText('loaded');
});

test('eval is refused by the policy', async () => {
  const outcome = await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.injected = true;';
    document.head.append(script);
    return 'injected' in window;
  });
  expect(outcome).toBe(false);
  const policy = await page.evaluate(async () => {
    const answer = await fetch('./index.html');
    return answer.headers.get('content-security-policy') ?? '';
  });
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain("'unsafe-eval'");
  const script = policy.split('; ').find((rule) => rule.startsWith('script-src '));
  expect(script).not.toContain("'unsafe-inline'");
});

test('the renderer has no Node', async () => {
  const kinds = await page.evaluate(() =>
    ['require', 'process', 'Buffer', 'module', 'global'].map((name) => name in window),
  );
  expect(kinds).toEqual([false, false, false, false, false]);
});

test('the bridge holds named functions and no way to send anything else', async () => {
  const shape = await page.evaluate(() =>
    Object.entries((window as unknown as Bridged).workbench).map(
      ([name, value]) => `${name}:${typeof value}`,
    ),
  );
  expect(shape.toSorted()).toEqual([
    'chooseFiles:function',
    'chooseFolder:function',
    'chooseNewFile:function',
    'connect:function',
    'keyStore:function',
    'notify:function',
    'onCommand:function',
    'onLocation:function',
    'onPower:function',
    'openExternal:function',
    'pathForFile:function',
    'platform:string',
    'power:function',
    'setTitle:function',
    'zoom:function',
  ]);
});

test('a new window is denied', async () => {
  const opened = await page.evaluate(() => window.open('about:blank') === null);
  expect(opened).toBe(true);
  expect(app.windows()).toHaveLength(1);
});

test('a path that leaves the folder is not found', async () => {
  for (const place of [
    '%2e%2e/%2e%2e/package.json',
    '..%2f..%2fpackage.json',
    '%2fetc%2fpasswd',
    '%5c..%5cpackage.json',
  ]) {
    const status = await page.evaluate(async (wanted) => (await fetch(`/${wanted}`)).status, place);
    expect(status, place).toBe(404);
  }
});

test('the page cannot reach the network or read a file', async () => {
  for (const address of ['https://example.invalid/', 'http://127.0.0.1:9/', 'file:///etc/passwd']) {
    const reached = await page.evaluate(
      (wanted) =>
        fetch(wanted).then(
          () => true,
          () => false,
        ),
      address,
    );
    expect(reached, address).toBe(false);
  }
});

test('permissions are denied', async () => {
  const states = await page.evaluate(async () => {
    const asked = ['geolocation', 'notifications', 'camera', 'microphone'] as PermissionName[];
    const answers = await Promise.all(asked.map((name) => navigator.permissions.query({ name })));
    return answers.map((answer) => answer.state);
  });
  expect(new Set(states)).toEqual(new Set(['denied']));
});

test('a message of the wrong shape is refused', async () => {
  const said = await page.evaluate(() =>
    (window as unknown as Bridged).workbench.setTitle({ title: 1 }).then(
      () => 'accepted',
      (error: unknown) => String(error),
    ),
  );
  expect(said).toContain('shape');
});

test('an address outside the list is not opened', async () => {
  const opened = await page.evaluate(() =>
    (window as unknown as Bridged).workbench.openExternal('file:///etc/passwd'),
  );
  expect(opened).toBe(false);
});

test('every window is sandboxed and isolated', async () => {
  const preferences = await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((window) => {
      const contents = window.webContents as typeof window.webContents & {
        getLastWebPreferences(): Record<string, unknown>;
      };
      const { sandbox, contextIsolation, nodeIntegration, webSecurity, webviewTag } =
        contents.getLastWebPreferences();
      return { sandbox, contextIsolation, nodeIntegration, webSecurity, webviewTag };
    }),
  );
  expect(preferences).toEqual([
    { sandbox: true, contextIsolation: true, nodeIntegration: false, webSecurity: true, webviewTag: false },
  ]);
});

test('the menu shows the verbs of the application', async () => {
  const ids = await app.evaluate(({ Menu }) => {
    const ids: string[] = [];
    for (const menu of Menu.getApplicationMenu()?.items ?? []) {
      for (const item of menu.submenu?.items ?? []) if (item.id) ids.push(item.id);
    }
    return ids;
  });
  expect(ids).toContain('palette');
  expect(ids).toContain('go-library');
});

test('a port to the host reaches the page', async () => {
  await page.evaluate(async () => {
    await (window as unknown as Bridged).workbench.connect();
  });
  await expect
    .poll(() => page.evaluate(() => (window as { heldPort?: unknown }).heldPort instanceof MessagePort))
    .toBe(true);
});

// Last, because the driver keeps waiting for a navigation that was denied.
test('navigation to another place is denied', async () => {
  await page.evaluate(() => {
    document.querySelector<HTMLAnchorElement>('#out')?.click();
    window.location.href = 'https://example.invalid/';
  });
  await expect.poll(() => page.url()).toBe('stratmaster-app://workbench/');
  const state = await page.evaluate(() => document.querySelector('#state')?.textContent);
  expect(state).toBe('loaded');
});

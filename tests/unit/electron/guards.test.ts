import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Session, WebContents } from 'electron';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { answerAppRequest, schemePrivileges } from '../../../main/electron/security/app-scheme.ts';
import { type PowerTeller, powerOf, watchPower } from '../../../main/electron/power/power.ts';
import { isAllowedLink, openLink } from '../../../main/electron/security/external-links.ts';
import { guardNavigation } from '../../../main/electron/security/navigation.ts';
import { denyPermissions } from '../../../main/electron/security/permissions.ts';
import { securePreferences } from '../../../main/electron/security/web-preferences.ts';
import { appOrigin } from '../../../preload/contract/shell-names.ts';

/** A page's contents that only knows the events and methods that Electron documents for it. */
function fakeContents() {
  const listeners = new Map<string, (event: unknown) => void>();
  let opener: ((details: { url: string }) => { action: string }) | undefined;
  return {
    contents: {
      on(event: string, listener: (event: unknown) => void) {
        listeners.set(event, listener);
      },
      setWindowOpenHandler(handler: typeof opener) {
        opener = handler;
      },
    } as unknown as WebContents,
    fire(event: string, details: object = {}): boolean {
      const preventDefault = vi.fn();
      const listener = listeners.get(event);
      if (listener === undefined) throw new Error(`Nobody listens to ${event}.`);
      listener({ ...details, preventDefault });
      return preventDefault.mock.calls.length > 0;
    },
    open: (url: string) => opener?.({ url }),
  };
}

describe('windows', () => {
  test('are sandboxed, isolated and without Node, whatever the defaults are', () => {
    expect(securePreferences('/preload.cjs')).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
    });
  });

  test.each(['will-navigate', 'will-redirect', 'will-attach-webview'])('%s is denied', (event) => {
    const { contents, fire } = fakeContents();
    guardNavigation(contents, vi.fn());
    expect(fire(event, { url: `${appOrigin}/other` })).toBe(true);
  });

  test('a frame may show a snapshot that the page made, and nothing else', () => {
    const { contents, fire } = fakeContents();
    guardNavigation(contents, vi.fn());
    expect(fire('will-frame-navigate', { url: `blob:${appOrigin}/1`, isMainFrame: false })).toBe(false);
    expect(fire('will-frame-navigate', { url: `blob:${appOrigin}/1`, isMainFrame: true })).toBe(true);
    expect(fire('will-frame-navigate', { url: 'https://example.invalid/', isMainFrame: false })).toBe(true);
  });

  test('a new window is denied, and its address goes to the list of allowed links', () => {
    const { contents, open } = fakeContents();
    const links = vi.fn();
    guardNavigation(contents, links);
    expect(open('https://example.invalid/')).toEqual({ action: 'deny' });
    expect(links).toHaveBeenCalledExactlyOnceWith('https://example.invalid/');
  });
});

describe('permissions', () => {
  function handlers() {
    const set: Record<string, (...args: never[]) => unknown> = {};
    denyPermissions(
      {
        setPermissionRequestHandler: (handler: never) => void (set['request'] = handler),
        setPermissionCheckHandler: (handler: never) => void (set['check'] = handler),
        setDevicePermissionHandler: (handler: never) => void (set['device'] = handler),
      } as unknown as Session,
      appOrigin,
    );
    const request = (permission: string, url: string): boolean => {
      const answer = vi.fn<(granted: boolean) => void>();
      (set['request'] as (...args: unknown[]) => void)({ getURL: () => url }, permission, answer);
      return answer.mock.calls[0]?.[0] ?? false;
    };
    return { set, request };
  }

  test.each(['media', 'geolocation', 'notifications', 'midi', 'clipboard-read', 'openExternal', 'unknown'])(
    '%s is denied to our own page too',
    (permission) => {
      const { request, set } = handlers();
      expect(request(permission, `${appOrigin}/`)).toBe(false);
      const check = set['check'] as (...args: unknown[]) => boolean;
      expect(check(null, permission, `${appOrigin}/`)).toBe(false);
    },
  );

  test('writing to the clipboard is granted to our own page only', () => {
    const { request } = handlers();
    expect(request('clipboard-sanitized-write', `${appOrigin}/`)).toBe(true);
    expect(request('clipboard-sanitized-write', 'https://example.invalid/')).toBe(false);
    expect(request('clipboard-sanitized-write', `${appOrigin}.example.invalid/`)).toBe(false);
  });

  test('every device is denied', () => {
    expect((handlers().set['device'] as () => boolean)()).toBe(false);
  });
});

describe('links to the outside', () => {
  test.each(['https://example.org/a?b#c', 'http://example.org/', 'mailto:someone@example.org'])(
    '%s is handed to the system',
    (address) => {
      expect(isAllowedLink(address)).toBe(true);
    },
  );

  test.each([
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/html,x',
    'smb://server/share',
    'ms-msdt:/id',
    'stratmaster://session/1',
    'https://user:word@example.org/',
    'not an address',
    '',
  ])('%s is refused', async (address) => {
    const openExternal = vi.fn<() => Promise<void>>().mockResolvedValue();
    expect(await openLink({ openExternal }, address)).toBe(false);
    expect(openExternal).not.toHaveBeenCalled();
  });
});

describe('the application scheme', () => {
  let root = '';
  beforeAll(() => {
    const home = mkdtempSync(path.join(tmpdir(), 'workbench-scheme-'));
    root = path.join(home, 'renderer');
    mkdirSync(path.join(root, 'assets'), { recursive: true });
    writeFileSync(path.join(root, 'index.html'), '<!doctype html>');
    writeFileSync(path.join(root, 'assets', 'main.js'), 'export {};');
    writeFileSync(path.join(home, 'secret.txt'), 'secret');
    symlinkSync(path.join(home, 'secret.txt'), path.join(root, 'link.txt'));
  });
  afterAll(() => rmSync(path.dirname(root), { recursive: true, force: true }));

  test('serves the page and its scripts with the strict policy', () => {
    const page = answerAppRequest(root, 'GET', `${appOrigin}/?theme=dark`);
    expect(page.status).toBe(200);
    expect(page.headers['Content-Type']).toContain('text/html');
    const policy = page.headers['Content-Security-Policy'] ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("'unsafe-eval'");
    expect(policy).toMatch(/script-src 'self'(;|$)/);
    expect(answerAppRequest(root, 'GET', `${appOrigin}/assets/main.js`).headers['Content-Type']).toContain(
      'javascript',
    );
  });

  test.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/%5c..%5csecret.txt',
    '/link.txt',
    '/index.html%00.js',
    '/assets',
    '/%E0%A4%A',
  ])('%s is not found', (place) => {
    expect(answerAppRequest(root, 'GET', `${appOrigin}${place}`).status).toBe(404);
  });

  test('another host of the scheme is not found, and nothing can be written', () => {
    expect(answerAppRequest(root, 'GET', 'stratmaster-app://other/index.html').status).toBe(404);
    expect(answerAppRequest(root, 'POST', `${appOrigin}/index.html`).status).toBe(405);
  });

  test('is standard and secure, and passes no policy by', () => {
    expect(schemePrivileges.privileges).toMatchObject({ standard: true, secure: true });
    expect(schemePrivileges.privileges).not.toHaveProperty('bypassCSP');
    expect(schemePrivileges.privileges).not.toHaveProperty('corsEnabled');
  });
});

test('what the machine runs on is told as it is, and at every change', () => {
  const listeners = new Map<string, () => void>();
  const monitor: PowerTeller = {
    isOnBatteryPower: () => true,
    on: ((event: string, listener: () => void) => {
      listeners.set(event, listener);
      return monitor;
    }) as unknown as PowerTeller['on'],
  };
  const told: string[] = [];
  watchPower(monitor, (power) => told.push(power));
  listeners.get('on-ac')?.();
  listeners.get('on-battery')?.();
  expect([powerOf(monitor), ...told]).toEqual(['battery', 'mains', 'battery']);
});

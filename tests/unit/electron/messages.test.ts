import type { IpcMainInvokeEvent } from 'electron';
import { describe, expect, test, vi } from 'vitest';
import { isTrustedSender, openIpcDoor, type ShellHandlers } from '../../../main/electron/ipc/ipc-door.ts';
import { deepLinkOf, parseDeepLink } from '../../../main/electron/links/deep-link.ts';
import { claimSingleInstance } from '../../../main/electron/links/single-instance.ts';
import { menuTemplate } from '../../../main/electron/menu/menu-template.ts';
import { shellChannels } from '../../../preload/contract/shell.ts';
import { appOrigin, menuCommands } from '../../../preload/contract/shell-names.ts';

type Listener = (event: IpcMainInvokeEvent, ...input: unknown[]) => unknown;

function door() {
  const listeners = new Map<string, Listener>();
  const called = vi.fn<(...input: unknown[]) => void>();
  const handlers: ShellHandlers = {
    connect: () => called('connect'),
    chooseFiles: () => [],
    chooseFolder: () => null,
    chooseNewFile: () => null,
    openExternal: () => true,
    setTitle: (_event, title) => called(title),
    zoom: () => 100,
    notify: () => undefined,
    power: () => 'mains',
    keyStore: () => ({ available: false, sentence: '' }),
  };
  openIpcDoor(
    {
      handle: (channel: string, listener: Listener) => {
        if (listeners.has(channel)) throw new Error(`${channel} is handled twice.`);
        listeners.set(channel, listener);
      },
    },
    handlers,
  );
  return { listeners, called };
}

/** An event from a frame; `top` is the page's own frame unless another is given. */
function eventFrom(url: string | null, top = true): IpcMainInvokeEvent {
  const frame = url === null ? null : { url };
  return {
    senderFrame: frame,
    sender: { mainFrame: top ? frame : { url: `${appOrigin}/` } },
  } as IpcMainInvokeEvent;
}

describe('messages to the shell', () => {
  test('every channel of the contract is handled, and no other', () => {
    const names = Object.keys(shellChannels).map((name) => `shell:${name}`);
    expect([...door().listeners.keys()].toSorted()).toEqual(names.toSorted());
  });

  test('a message from our own page arrives', () => {
    const { listeners, called } = door();
    listeners.get('shell:setTitle')?.(eventFrom(`${appOrigin}/`), 'A title');
    expect(called).toHaveBeenCalledExactlyOnceWith('A title');
  });

  test.each([
    ['another site', eventFrom('https://example.invalid/')],
    ['a name that begins like ours', eventFrom(`${appOrigin}.example.invalid/`)],
    ['a frame inside our page', eventFrom(`${appOrigin}/`, false)],
    ['a frame that is gone', eventFrom(null)],
    ['a file', eventFrom('file:///index.html')],
  ])('%s is refused', (_who, event) => {
    const { listeners, called } = door();
    expect(isTrustedSender(event)).toBe(false);
    expect(() => listeners.get('shell:setTitle')?.(event, 'A title')).toThrow('not trusted');
    expect(called).not.toHaveBeenCalled();
  });

  test.each([[[]], [[1]], [['one', 'two']], [['x'.repeat(201)]], [[{ toString: 'x' }]]])(
    'the wrong shape %j is refused',
    (input) => {
      const { listeners, called } = door();
      expect(() => listeners.get('shell:setTitle')?.(eventFrom(`${appOrigin}/`), ...input)).toThrow('shape');
      expect(called).not.toHaveBeenCalled();
    },
  );
});

describe('deep links', () => {
  test('name a place in one normal form', () => {
    expect(parseDeepLink('stratmaster://evidence/0190-ab/')).toBe('stratmaster://evidence/0190-ab');
    expect(deepLinkOf(['workbench', '--flag', 'stratmaster://search'])).toBe('stratmaster://search');
  });

  test.each([
    'https://example.org/',
    'stratmaster://evidence/1?run=1',
    'stratmaster://evidence/1#x',
    'stratmaster://user:word@evidence/1',
    'stratmaster://evidence/../../etc',
    'stratmaster://evidence/<script>',
    'stratmaster://evidence/%2e%2e',
    'stratmaster://evidence/a b',
    `stratmaster://evidence/${'x'.repeat(65)}`,
    'stratmaster://',
  ])('%s is refused', (address) => {
    expect(parseDeepLink(address)).toBeNull();
  });

  test('a second start tells the first, and gives way', () => {
    const app = { requestSingleInstanceLock: () => false, setAsDefaultProtocolClient: vi.fn(), on: vi.fn() };
    expect(claimSingleInstance(app as never, vi.fn())).toBe(false);
    expect(app.on).not.toHaveBeenCalled();
  });

  test('the first process hears a link of the second, checked', () => {
    const listeners = new Map<string, (...args: unknown[]) => void>();
    const app = {
      requestSingleInstanceLock: () => true,
      setAsDefaultProtocolClient: vi.fn(),
      on: (event: string, listener: (...args: unknown[]) => void) => listeners.set(event, listener),
    };
    const summon = vi.fn();
    claimSingleInstance(app as never, summon);
    listeners.get('second-instance')?.({}, ['x', 'stratmaster://search']);
    listeners.get('second-instance')?.({}, ['x', 'stratmaster://search?injected']);
    listeners.get('open-url')?.({ preventDefault: vi.fn() }, 'stratmaster://library');
    listeners.get('open-url')?.({ preventDefault: vi.fn() }, 'javascript:alert(1)');
    expect(summon.mock.calls).toEqual([['stratmaster://search'], [null], ['stratmaster://library']]);
  });
});

describe('menus', () => {
  test.each(['linux', 'darwin', 'win32'])('hold every command once on %s', (platform) => {
    const run = vi.fn();
    const items = menuTemplate(platform, run).flatMap((menu) =>
      Array.isArray(menu.submenu) ? menu.submenu : [],
    );
    const ids = items.flatMap((item) => (item.id === undefined ? [] : [item.id]));
    expect(ids.toSorted()).toEqual([...menuCommands].toSorted());
    for (const item of items) {
      if (item.id !== undefined) (item.click as () => void)();
    }
    expect(run).toHaveBeenCalledTimes(menuCommands.length);
  });

  test('leave keys to the page, so that no key acts twice', () => {
    const items = menuTemplate('linux', vi.fn()).flatMap((menu) =>
      Array.isArray(menu.submenu) ? menu.submenu : [],
    );
    const withKeys = items.filter((item) => item.accelerator !== undefined);
    expect(withKeys.length).toBeGreaterThan(5);
    expect(withKeys.filter((item) => item.registerAccelerator !== false)).toEqual([]);
  });
});

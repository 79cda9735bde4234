import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type BrowserServer, openBrowserServer } from '../../../main/host/http/server.ts';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let folder: string;
let server: BrowserServer;
let sockets = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'workbench-http-'));
  const root = join(folder, 'root');
  mkdirSync(root);
  writeFileSync(join(root, 'index.html'), '<!doctype html>application');
  writeFileSync(join(root, 'main-abcdefgh.js'), 'script');
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  symlinkSync(join(folder, 'secret.txt'), join(root, 'link.txt'));
  server = await openBrowserServer({
    port: 0,
    root,
    onSocket: (socket) => {
      sockets += 1;
      socket.close();
    },
  });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = httpRequest({ host: '127.0.0.1', port: server.port, path, method, headers }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (part: string) => (body += part));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }));
    });
    call.on('error', reject).end();
  });
}

async function enter(): Promise<string> {
  const url = new URL(server.newUrl());
  const answer = await ask(`${url.pathname}${url.search}`);
  return String(answer.headers['set-cookie']?.[0]).split(';')[0] ?? '';
}

function upgrade(headers: Record<string, string>, path = '/rpc'): Promise<number | 'open'> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers });
    socket.on('open', () => resolve('open'));
    socket.on('unexpected-response', (_request, answer) => resolve(answer.statusCode ?? 0));
    socket.on('error', () => undefined);
  });
}

const own = () => `http://127.0.0.1:${server.port}`;

describe('the token and the cookie', () => {
  test('a token opens once, becomes a cookie for this host only, and leaves the address', async () => {
    const url = new URL(server.newUrl());
    const first = await ask(`/${url.search}`);
    expect(first.status).toBe(303);
    expect(first.headers.location).toBe('/');
    expect(first.headers['set-cookie']?.[0]).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/);
    const second = await ask(`/${url.search}`);
    expect(second.status).toBe(200);
    expect(second.headers['set-cookie']).toBeUndefined();
    expect(second.body).not.toContain('application');
  });

  test('without the cookie GET / is a page without data, and everything else is refused', async () => {
    const door = await ask('/');
    expect(door.status).toBe(200);
    expect(door.body).toContain('has not been let in');
    expect((await ask('/main-abcdefgh.js')).status).toBe(401);
    expect((await ask('/index.html')).status).toBe(401);
    expect((await ask('/', { cookie: `workbench-${server.port}=guess` })).body).not.toContain('application');
  });

  test('with the cookie the application is served', async () => {
    const cookie = await enter();
    expect((await ask('/', { cookie })).body).toContain('application');
    const script = await ask('/main-abcdefgh.js', { cookie });
    expect(script.headers['content-type']).toContain('text/javascript');
  });
});

describe('who asks', () => {
  test('a name that was pointed at this laptop is refused', async () => {
    const cookie = await enter();
    expect((await ask('/', { cookie, host: 'evil.example' })).status).toBe(403);
    expect((await ask('/', { cookie, host: `127.0.0.1:${server.port + 1}` })).status).toBe(403);
  });

  test('a page of another origin is refused', async () => {
    const cookie = await enter();
    expect((await ask('/', { cookie, origin: 'https://evil.example' })).status).toBe(403);
    expect((await ask('/', { cookie, origin: 'null' })).status).toBe(403);
    expect((await ask('/', { cookie, 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await ask('/', { cookie, origin: own() })).status).toBe(200);
  });

  test('only GET and HEAD are answered', async () => {
    const cookie = await enter();
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      expect((await ask('/', { cookie }, method)).status).toBe(405);
    }
  });

  test('an upgrade needs the cookie, an origin of ours, and the path', async () => {
    const cookie = await enter();
    expect(await upgrade({ origin: own() })).toBe(401);
    expect(await upgrade({ cookie })).toBe(403);
    expect(await upgrade({ cookie, origin: 'https://evil.example' })).toBe(403);
    expect(await upgrade({ cookie, origin: own() }, '/other')).toBe(404);
    const before = sockets;
    expect(await upgrade({ cookie, origin: own() })).toBe('open');
    expect(sockets).toBe(before + 1);
  });
});

describe('files', () => {
  test.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e%5csecret.txt',
    '/link.txt',
    '/%00',
    '/%',
  ])('%s names nothing', async (path) => {
    const answer = await ask(path, { cookie: await enter() });
    expect(answer.status).toBe(404);
    expect(answer.body).not.toContain('secret');
  });

  test('every answer carries the policy', async () => {
    for (const answer of [await ask('/'), await ask('/nothing'), await ask('/', { host: 'evil.example' })]) {
      const policy = String(answer.headers['content-security-policy']);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self';");
      expect(policy).not.toContain('unsafe-eval');
      expect(policy).not.toMatch(/script-src[^;]*unsafe-inline/);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
      expect(answer.headers['cross-origin-opener-policy']).toBe('same-origin');
      expect(answer.headers['cross-origin-resource-policy']).toBe('same-origin');
    }
  });
});

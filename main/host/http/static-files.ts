import { createReadStream, realpathSync, statSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { extname, join, sep } from 'node:path';

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.bcmap': 'application/octet-stream',
  '.pfb': 'application/octet-stream',
  '.ttf': 'font/ttf',
  '.map': 'application/json; charset=utf-8',
};

/**
 * The file of the built application that a URL path names, or null. A path that decodes to anything outside the folder,
 * by dots, by a backslash, by NUL or by a link, names nothing.
 */
export function resolveStatic(root: string, urlPath: string): string | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(urlPath);
  } catch {
    return null;
  }
  if (decoded.includes('\0') || decoded.includes('\\')) return null;
  const parts = decoded.split('/').filter((part) => part !== '');
  if (parts.some((part) => part === '.' || part === '..' || part.includes(':'))) return null;
  try {
    const realRoot = realpathSync(root);
    const path = realpathSync(join(realRoot, ...parts));
    return path.startsWith(realRoot + sep) && statSync(path).isFile() ? path : null;
  } catch {
    return null;
  }
}

/** The media type that a file's name promises. */
export function mediaTypeOf(path: string): string {
  return mediaTypes[extname(path)] ?? 'application/octet-stream';
}

/** Sends a file of the application. Names with a content hash may be kept by the browser. */
export function sendFile(response: ServerResponse, path: string, head: boolean): void {
  response.setHeader('Content-Type', mediaTypeOf(path));
  response.setHeader('Content-Length', statSync(path).size);
  if (/-[\w-]{8,}\.\w+$/.test(path))
    response.setHeader('Cache-Control', 'private, max-age=31536000, immutable');
  response.writeHead(200);
  if (head) {
    response.end();
    return;
  }
  createReadStream(path)
    .on('error', () => response.destroy())
    .pipe(response);
}

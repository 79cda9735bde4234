import type { ServerResponse } from 'node:http';

/**
 * What the application's page may do. No inline script and no eval. `style-src` allows style attributes, which virtualised
 * rows and overlays are positioned by, and no inline sheet. `blob:` images and frames are pictures and sanitised
 * snapshots made in the page; a frame is sandboxed by the page that makes it. pdf.js runs its worker from a file of ours.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "font-src 'self'",
  "img-src 'self' blob: data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "frame-src 'self' blob:",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Headers of every answer. */
export function setSecurityHeaders(response: ServerResponse, port: number): void {
  // Engines before CSP level 3 do not read a ws: address into 'self'.
  const policy = contentSecurityPolicy.replace(
    "connect-src 'self'",
    `connect-src 'self' ws://127.0.0.1:${port} ws://localhost:${port}`,
  );
  response.setHeader('Content-Security-Policy', policy);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('X-Frame-Options', 'DENY');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
  response.setHeader('Permissions-Policy', 'camera=(), microphone=(), geolocation=(), usb=(), serial=()');
  response.setHeader('Cache-Control', 'no-store');
}

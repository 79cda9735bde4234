import type { IncomingMessage } from 'node:http';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { isIP } from 'node:net';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Remark } from '../extract/types.ts';
import { isPrivateAddress, PrivateAddressError, publicLookup } from './address.ts';

export interface FetchedPage {
  readonly bytes: Uint8Array;
  /** The address that answered, after redirects. */
  readonly url: string;
}

export type FetchResult =
  | { readonly kind: 'fetched'; readonly page: FetchedPage }
  | { readonly kind: 'offline' }
  | { readonly kind: 'failed'; readonly reason: Remark };

export interface FetchOptions {
  /** The outbound gate's word on one address; asked again for every redirect. */
  readonly decide: (url: string) => Promise<{ readonly allowed: boolean; readonly rule: string }>;
  readonly signal?: AbortSignal;
  readonly maxBytes?: number;
  readonly timeoutMs?: number;
  /** For tests against a server of their own: the addresses that count as public. */
  readonly allowPrivate?: boolean;
}

const maxRedirects = 5;
const offlineCodes = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'ENETDOWN', 'EHOSTUNREACH']);

/** Fetches one page over http or https: asked of the gate, bounded in size, time and redirects, never from inside. */
export async function fetchPage(address: string, options: FetchOptions): Promise<FetchResult> {
  let target = address;
  for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
    const url = URL.canParse(target) ? new URL(target) : null;
    if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
      return refused('address-invalid');
    }
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (options.allowPrivate !== true && isIP(host) !== 0 && isPrivateAddress(host))
      return refused('address-private');
    const decision = await options.decide(url.href);
    if (!decision.allowed) return refused('address-withheld', { rule: decision.rule });
    const step = await oneRequest(url, options);
    if (step.kind !== 'redirect') return step;
    target = URL.canParse(step.location, url.href) ? new URL(step.location, url).href : step.location;
  }
  return refused('address-refused', { status: 'too many redirects' });
}

type Step = FetchResult | { readonly kind: 'redirect'; readonly location: string };

async function oneRequest(url: URL, options: FetchOptions): Promise<Step> {
  const limit = AbortSignal.timeout(options.timeoutMs ?? 30_000);
  const signal = options.signal === undefined ? limit : AbortSignal.any([options.signal, limit]);
  try {
    const response = await respond(url, signal, options.allowPrivate === true ? undefined : publicLookup);
    const status = response.statusCode ?? 0;
    const { location } = response.headers;
    if (status >= 300 && status < 400 && location !== undefined) {
      response.destroy();
      return { kind: 'redirect', location };
    }
    if (status < 200 || status >= 300) {
      response.destroy();
      return refused('address-refused', { status });
    }
    const maxBytes = options.maxBytes ?? 64 * 2 ** 20;
    const bytes = await bodyOf(response, maxBytes);
    if (bytes === null) return refused('address-too-large', { megabytes: Math.round(maxBytes / 2 ** 20) });
    return { kind: 'fetched', page: { bytes, url: url.href } };
  } catch (error) {
    if (error instanceof PrivateAddressError) return refused('address-private');
    if (options.signal?.aborted === true) return refused('cancelled');
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return offlineCodes.has(code) ? { kind: 'offline' } : refused('address-unreachable');
  }
}

function respond(
  url: URL,
  signal: AbortSignal,
  lookup: LookupFunction | undefined,
): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    request(
      url,
      {
        signal,
        agent: false,
        headers: {
          accept: 'text/html,application/xhtml+xml,application/pdf,text/*;q=0.9,*/*;q=0.5',
          'accept-encoding': 'gzip, deflate, br',
          'user-agent': 'StratMaster-Workbench/0.1',
        },
        ...(lookup === undefined ? {} : { lookup }),
      },
      resolve,
    )
      .on('error', reject)
      .end();
  });
}

/** The body, unpacked; null where it grows beyond the bound, packed or unpacked. */
async function bodyOf(response: IncomingMessage, maxBytes: number): Promise<Uint8Array | null> {
  const packed = response.headers['content-encoding']?.trim().toLowerCase();
  const unpack =
    packed === 'gzip'
      ? createGunzip()
      : packed === 'deflate'
        ? createInflate()
        : packed === 'br'
          ? createBrotliDecompress()
          : null;
  if (unpack !== null) response.on('error', (error) => unpack.destroy(error));
  const stream = unpack === null ? response : response.pipe(unpack);
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of stream as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > maxBytes) {
      response.destroy();
      return null;
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function refused(code: string, parameters: Remark['parameters'] = {}): { kind: 'failed'; reason: Remark } {
  return { kind: 'failed', reason: { code, parameters } };
}

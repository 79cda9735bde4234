import { open } from 'node:fs/promises';
import type { BlobStore } from '../../../db/replica/blobs/blob-store.ts';
import type { Remark } from '../extract/types.ts';
import type { FetchOptions } from '../fetch/fetch-page.ts';
import { fetchPage } from '../fetch/fetch-page.ts';
import { fileErrorCode } from './folder-walk.ts';
import type { LoadedItem } from './stage.ts';
import { contentHash } from './stage.ts';
import type { ItemSource } from './types.ts';

/** Largest file that is taken whole: its bytes pass through memory on their way to the reader. */
export const maxFileBytes = 1024 * 2 ** 20;

export type LoadResult =
  | { readonly kind: 'loaded'; readonly loaded: LoadedItem }
  | { readonly kind: 'offline' }
  | { readonly kind: 'failed'; readonly reason: Remark };

export interface LoadContext {
  readonly blobs: BlobStore;
  readonly decideFetch: FetchOptions['decide'];
  readonly allowPrivate?: boolean;
}

/** The bytes of an item, from wherever they are. Errors are answers. */
export async function loadItem(
  context: LoadContext,
  source: ItemSource,
  signal: AbortSignal,
): Promise<LoadResult> {
  try {
    switch (source.kind) {
      case 'blob':
        return loaded(context.blobs.read(source.hash), null);
      case 'path':
        return await loadFile(source.path);
      case 'url': {
        const allowPrivate = context.allowPrivate === true;
        const fetched = await fetchPage(source.url, { decide: context.decideFetch, signal, allowPrivate });
        return fetched.kind === 'fetched' ? loaded(fetched.page.bytes, fetched.page.url) : fetched;
      }
    }
  } catch (error) {
    return { kind: 'failed', reason: { code: fileErrorCode(error), parameters: {} } };
  }
}

async function loadFile(path: string): Promise<LoadResult> {
  const file = await open(path, 'r');
  try {
    const facts = await file.stat();
    if (!facts.isFile()) return { kind: 'failed', reason: { code: 'not-a-file', parameters: {} } };
    if (facts.size > maxFileBytes) {
      const megabytes = Math.round(facts.size / 2 ** 20);
      return { kind: 'failed', reason: { code: 'file-too-large', parameters: { megabytes } } };
    }
    return loaded(await file.readFile(), null);
  } finally {
    await file.close();
  }
}

function loaded(bytes: Uint8Array, url: string | null): LoadResult {
  return { kind: 'loaded', loaded: { bytes, contentHash: contentHash(bytes), url } };
}

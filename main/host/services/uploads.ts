import { randomUUID } from 'node:crypto';
import type { BlobStore } from '../../../db/replica/blobs/blob-store.ts';
import type { BlobWriter } from '../../../db/replica/blobs/blob-writer.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';

interface Upload {
  readonly name: string;
  readonly bytes: number;
  readonly writer: BlobWriter;
  hash: string | null;
}

/** Most uploads that are begun at once. */
const mostOpen = 1000;

/** Bytes that windows send in parts, in their order, straight into the blob store. */
export class Uploads {
  readonly #uploads = new Map<string, Upload>();
  #queue: Promise<unknown> = Promise.resolve();

  begin(blobs: BlobStore, name: string, bytes: number): { uploadId: string } {
    if (this.#uploads.size >= mostOpen) {
      throw new WorkbenchError('busy', 'Too many files are being sent at once. Wait until some are done.');
    }
    const uploadId = randomUUID();
    this.#uploads.set(uploadId, { name, bytes, writer: blobs.begin(), hash: null });
    return { uploadId };
  }

  /** Takes the next part. Parts of all uploads are written one after the other. */
  part(uploadId: string, offset: number, part: Promise<ArrayBuffer>): Promise<{ received: number }> {
    const next = this.#queue.then(async () => {
      const upload = this.#open(uploadId);
      const bytes = new Uint8Array(await part);
      if (offset !== upload.writer.size || offset + bytes.length > upload.bytes) {
        throw new WorkbenchError(
          'invalid-input',
          'A part of the file is missing or came twice. Send it again.',
          {
            received: upload.writer.size,
          },
        );
      }
      upload.writer.write(bytes);
      return { received: upload.writer.size };
    });
    this.#queue = next.catch(() => undefined);
    return next;
  }

  async end(uploadId: string): Promise<{ uploadId: string }> {
    await this.#queue;
    const upload = this.#open(uploadId);
    if (upload.writer.size !== upload.bytes) {
      throw new WorkbenchError('invalid-input', 'The file is not complete. Send the rest, or begin again.', {
        received: upload.writer.size,
      });
    }
    upload.hash = upload.writer.finish().hash;
    return { uploadId };
  }

  abort(uploadId: string): void {
    this.#uploads.get(uploadId)?.writer.abort();
    this.#uploads.delete(uploadId);
  }

  /** Hands finished uploads over to ingest; they are forgotten here. */
  take(uploadIds: readonly string[]): { name: string; hash: string }[] {
    return uploadIds.map((uploadId) => {
      const upload = this.#uploads.get(uploadId);
      if (upload === undefined || upload.hash === null) {
        throw new WorkbenchError(
          'not-found',
          'A file that was to be added is not here completely. Send it again.',
        );
      }
      this.#uploads.delete(uploadId);
      return { name: upload.name, hash: upload.hash };
    });
  }

  /** Drops everything that is not finished. */
  clear(): void {
    for (const uploadId of this.#uploads.keys()) this.abort(uploadId);
  }

  #open(uploadId: string): Upload {
    const upload = this.#uploads.get(uploadId);
    if (upload !== undefined && upload.hash === null) return upload;
    throw new WorkbenchError('not-found', 'This upload is not open any more. Begin it again.');
  }
}

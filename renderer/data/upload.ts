import type { HostClient } from '../../preload/contract/contract.ts';

const partBytes = 1024 * 1024;

/** Sends a file's bytes in parts, in their order, and answers with the id of the finished upload. */
export async function uploadFile(
  client: HostClient,
  name: string,
  bytes: Blob,
  onProgress: (share: number) => void = () => undefined,
): Promise<string> {
  const { uploadId } = await client.capture.uploadBegin({ name, bytes: bytes.size });
  try {
    for (let offset = 0; offset < bytes.size; offset += partBytes) {
      const data = bytes.slice(offset, offset + partBytes);
      // Parts must arrive in their order, so each waits for the one before.
      await client.capture.uploadPart({ uploadId, offset, data });
      onProgress(Math.min(1, (offset + partBytes) / bytes.size));
    }
    await client.capture.uploadEnd({ uploadId });
    return uploadId;
  } catch (thrown) {
    await client.capture.uploadAbort({ uploadId }).catch(() => undefined);
    throw thrown;
  }
}

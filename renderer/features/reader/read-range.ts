import type { HostClient } from '../../../preload/contract/contract.ts';

/** Bytes of a file between two offsets. The host answers with at most 4 MiB at once, so it is asked until all are there. */
export async function readRange(
  client: { readonly documents: Pick<HostClient['documents'], 'bytes'> },
  artifactId: string,
  begin: number,
  end: number,
): Promise<Uint8Array> {
  const whole = new Uint8Array(end - begin);
  for (let at = begin; at < end;) {
    const { data } = await client.documents.bytes({ artifactId, start: at, end });
    if (data.size === 0) throw new Error('the file is shorter than it was');
    whole.set(new Uint8Array(await data.arrayBuffer()), at - begin);
    at += data.size;
  }
  return whole;
}

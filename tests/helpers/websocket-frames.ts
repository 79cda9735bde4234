/** The payloads of the frames in one direction of a WebSocket (RFC 6455, 5.2), unmasked; what is before and after whole frames is passed over. */
export function payloadsOf(bytes: Buffer): Buffer[] {
  const payloads: Buffer[] = [];
  for (let at = 0; at + 2 <= bytes.length;) {
    const [first = 0, second = 0] = bytes.subarray(at, at + 2);
    // A compressed frame would hide what it says from who scans it.
    if ((first & 0x40) !== 0) throw new RangeError('A frame is compressed.');
    let size = second & 0x7f;
    let head = at + 2;
    if (size === 126) {
      size = bytes.readUInt16BE(head);
      head += 2;
    } else if (size === 127) {
      size = Number(bytes.readBigUInt64BE(head));
      head += 8;
    }
    const isMasked = (second & 0x80) !== 0;
    const mask = isMasked ? bytes.subarray(head, head + 4) : Buffer.alloc(4);
    if (isMasked) head += 4;
    payloads.push(Buffer.from(bytes.subarray(head, head + size).map((byte, n) => byte ^ (mask[n % 4] ?? 0))));
    at = head + size;
  }
  return payloads;
}

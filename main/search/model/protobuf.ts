/**
 * Writer of the Protocol Buffers wire format (protobuf.dev/programming-guides/encoding): enough for ONNX files. A
 * message is a list of parts that is joined once, so that large tensors are copied once.
 */
export type Message = readonly Uint8Array[];

const varintType = 0;
const lengthType = 2;
const fixed32Type = 5;

/** An integer field. Values are whole numbers from 0 to 2^53. */
export function integerField(field: number, value: number): Message {
  return [varint(field * 8 + varintType), varint(value)];
}

/** A 32-bit float field. */
export function floatField(field: number, value: number): Message {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return [varint(field * 8 + fixed32Type), bytes];
}

/** A field of raw bytes. */
export function bytesField(field: number, value: Uint8Array): Message {
  return [varint(field * 8 + lengthType), varint(value.byteLength), value];
}

/** A text field, UTF-8. */
export function textField(field: number, value: string): Message {
  return bytesField(field, new TextEncoder().encode(value));
}

/** A nested message. */
export function messageField(field: number, ...parts: Message[]): Message {
  const body = parts.flat();
  const length = body.reduce((total, part) => total + part.byteLength, 0);
  return [varint(field * 8 + lengthType), varint(length), ...body];
}

/** Joins the parts of a whole message. */
export function encode(...parts: Message[]): Uint8Array {
  return Buffer.concat(parts.flat());
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

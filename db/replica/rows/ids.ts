import { v5 as uuidV5, v7 as uuidV7 } from 'uuid';
import type { EntityName } from '../../catalogue/catalogue.ts';
import { entitySpec } from '../../catalogue/catalogue.ts';
import type { Id } from '../../catalogue/rows.ts';
import type { Json } from '../../catalogue/types.ts';

/** Namespace of every derived id: fixed for ever, since replicas must agree on what they both derive. */
const namespace = '6f1d3c0e-9a52-5b7e-8d41-2f6c7a90b3e4';

/** The 16 bytes of a UUID's text. */
export function idToBlob(id: Id): Buffer {
  const bytes = Buffer.allocUnsafe(16);
  let digits = 0;
  for (let at = 0; at < id.length && digits <= 32; at += 1) {
    const code = id.charCodeAt(at);
    if (code === hyphen) continue;
    const value = digitValues[code] ?? notDigit;
    if (value === notDigit) return Buffer.from(id.replaceAll('-', ''), 'hex');
    const place = digits >> 1;
    bytes[place] = (digits & 1) === 0 ? value << 4 : (bytes[place] ?? 0) | value;
    digits += 1;
  }
  return digits === 32 ? bytes : Buffer.from(id.replaceAll('-', ''), 'hex');
}

const hyphen = 0x2d;
const notDigit = 0xff;

/** Values of hexadecimal digits by their character codes. */
const digitValues = Uint8Array.from({ length: 128 }, (_, code) => {
  const value = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(value) ? notDigit : value;
});

/** The lower-case text of a UUID's 16 bytes. */
export function blobToId(blob: Uint8Array): Id {
  const hex = Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

let mint: () => Id = () => uuidV7();

/** A new id for what a person makes: UUIDv7, so that ids sort by their making. */
export function newId(): Id {
  return mint();
}

/** Has ids made by a function from now on: a simulation repeats itself only where its ids do. Null ends it. */
export function mintIdsBy(make: (() => Id) | null): void {
  mint = make ?? (() => uuidV7());
}

/** The id that any replica derives for the same parts. */
export function derivedId(...parts: readonly Json[]): Id {
  return uuidV5(JSON.stringify(parts), namespace);
}

/** The id of a new row: its entity's natural key hashed where two replicas must agree, otherwise the one that was minted. */
export function idForRow(
  entity: EntityName,
  scope: string,
  values: Readonly<Record<string, unknown>>,
  minted: Id,
): Id {
  const rule = entitySpec(entity).id;
  if (rule.kind === 'v7') return minted;
  const key = rule.key.map((column) => (values[column] ?? null) as Json);
  return derivedId(entity, ...(rule.withScope ? [scope] : []), ...key);
}

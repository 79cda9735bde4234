import type { Id } from '../../db/catalogue/rows.ts';

/** What an address names: the objects that the application opens, and authors. */
export type AddressKind = 'session' | 'evidence' | 'claim' | 'annotation' | 'quote' | 'author';

/** The stable address of an object: the same on every laptop that has it. */
export function addressOf(kind: AddressKind, id: string): string {
  return `stratmaster://${kind}/${id}`;
}

const form = /^stratmaster:\/\/([a-z]+)\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** The id in an address of this kind; null for any other address. */
export function idInAddress(kind: AddressKind, address: unknown): Id | null {
  const found = typeof address === 'string' ? form.exec(address) : null;
  return found?.[1] === kind ? (found[2] as Id) : null;
}

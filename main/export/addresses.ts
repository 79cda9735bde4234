import type { Id } from '../../db/catalogue/rows.ts';

const kinds = ['annotation', 'quote', 'claim', 'session', 'author', 'extraction'] as const;

/** What an address of an exported object names. A document is named by the place where it is read. */
export type AddressKind = (typeof kinds)[number] | 'read';

/** The stable address of an object, which the application opens. */
export function addressOf(kind: AddressKind, id: string): string {
  return `stratmaster://${kind}/${id}`;
}

const form = /^stratmaster:\/\/([a-z]+)\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** The id in an address of this kind; null for any other address. */
export function idInAddress(kind: AddressKind, address: unknown): Id | null {
  const found = typeof address === 'string' ? form.exec(address) : null;
  return found?.[1] === kind ? (found[2] as Id) : null;
}

import { deepLinkScheme } from '../../preload/contract/shell-names.ts';
import { common } from '../messages/common.ts';
import { showToast } from '../ui/toasts.tsx';
import { screens } from './location.ts';

/** Objects that have an address of their own, with the entity that holds them. */
export const linkKinds = {
  session: 'research_sessions',
  evidence: 'evidence',
  claim: 'research_claims',
  annotation: 'annotations',
  quote: 'claim_evidence',
  reference: 'reference_items',
} as const;

export type LinkKind = keyof typeof linkKinds;

/** The address of an object, which stays the same on every laptop that has it. */
export function linkTo(kind: LinkKind, id: string): string {
  return `${deepLinkScheme}://${kind}/${id}`;
}

/** Puts the address of an object on the clipboard, and says so. */
export function copyLink(kind: LinkKind, id: string): void {
  navigator.clipboard.writeText(linkTo(kind, id)).then(
    () => showToast({ text: common.linkCopied }),
    () => showToast({ text: linkTo(kind, id) }),
  );
}

/** The place in the application that a `stratmaster://` address means; null where it is none. */
export function placeOfLink(text: string): string | null {
  const match = new RegExp(`^${deepLinkScheme}://([a-z]+)(?:/([0-9a-z-]{1,64}))?/?$`, 'i').exec(text.trim());
  if (match === null) return null;
  const [, kind = '', id] = match;
  if (kind in linkKinds && id !== undefined) return `link/${kind}/${id}`;
  return screens.some((screen) => screen === kind) ? [kind, id].filter(Boolean).join('/') : null;
}

/** An invitation as a link: the server's address with the token behind `#`, which browsers send to nobody. */
export interface Invitation {
  /** Origin of the server. */
  readonly url: string;
  readonly token: string;
}

/** The link that is handed to who is invited. */
export function invitationLink({ url, token }: Invitation): string {
  return `${url}/join#${token}`;
}

/** What a link says, or null for a text that is none. */
export function readInvitation(text: string): Invitation | null {
  const [, url, token] = /^\s*(https?:\/\/[^/\s?#@]+)\/join#([\w-]{20,256})\s*$/.exec(text) ?? [];
  return url === undefined || token === undefined ? null : { url, token };
}

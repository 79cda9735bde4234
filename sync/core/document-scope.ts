/** One use of a document: by a session that has it as evidence, or by the library of a project. */
export interface DocumentUse {
  /** The session, where one uses it. */
  readonly session: string | null;
  readonly project: string | null;
  readonly restricted: boolean;
}

/**
 * The one scope of a document, by who uses it (D3): the project of its sessions, or the session itself where that is restricted or in
 * no project. A document that is used in several places stays where it is as long as one of them asks for that, and otherwise goes to
 * the first by name; one restricted session beside an open one hides nothing that the open one shows. Without uses it stays.
 */
export function documentScope(current: string, uses: readonly DocumentUse[]): string {
  const open = uses.filter(({ restricted }) => !restricted);
  const asked = (open.length > 0 ? open : uses).map(scopeOfUse).filter((scope) => scope !== null);
  if (asked.length === 0 || asked.includes(current)) return current;
  return asked.toSorted()[0] ?? current;
}

function scopeOfUse({ session, project, restricted }: DocumentUse): string | null {
  if (project !== null && !restricted) return `project:${project}`;
  return session === null ? null : `session:${session}`;
}

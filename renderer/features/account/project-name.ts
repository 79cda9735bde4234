/** What a project's row calls it; its id where the name is hidden from this person. */
export function projectName(row: Readonly<Record<string, unknown>> & { readonly id: string }): string {
  const { name } = row;
  return typeof name === 'string' && name !== '' ? name : row.id;
}

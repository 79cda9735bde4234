/** What the windows are told after a commit. */
export interface ChangeNote {
  readonly command: string;
  readonly origin: string;
  readonly rows: readonly { readonly entity: string; readonly id: string }[];
}

/** An Electron that can be started. `current` is false for the old one that only tests use. */
export interface ElectronBinary {
  readonly executable: string;
  readonly version: string;
  readonly current: boolean;
}

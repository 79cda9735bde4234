/** What the desktop shell's preload offers. In a browser there is none of it. */
export interface WorkbenchBridge {
  /** Asks for a port to the host. It arrives as a message of this window, because no bridge can carry one. */
  connect(): Promise<void>;
  /** Path of a dropped or picked file; empty where the shell cannot tell. */
  pathForFile?(file: File): string;
  /** Picks by the system's own dialogs; an empty list where nothing was chosen. */
  chooseFiles?(): Promise<readonly string[]>;
  chooseFolder?(): Promise<string | null>;
  /** Where a file of this name is to be written. */
  chooseNewFile?(name: string): Promise<string | null>;
  /** Shows the page larger or smaller; a browser does this itself. */
  zoom?(step: 'in' | 'out' | 'reset'): Promise<number>;
  /** A notice of the system; a click on it brings the window forward. */
  notify?(title: string, body: string): Promise<void>;
  /** What the machine runs on, `battery` or `mains`; and every change of it. */
  power?(): Promise<string>;
  onPower?(listener: (power: string) => void): () => void;
  /** A native menu's command, by the registry's name. */
  onCommand?(listener: (id: string) => void): () => void;
  /** A `stratmaster://` address that the system handed to the application. */
  onLocation?(listener: (address: string) => void): () => void;
}

declare global {
  interface Window {
    readonly workbench?: WorkbenchBridge;
  }
}

/** The shell around this window, or undefined in a browser. */
export function bridge(): WorkbenchBridge | undefined {
  return window.workbench;
}

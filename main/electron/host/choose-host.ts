/** The first Node that the host's native modules run on. */
const OLDEST_HOST_NODE = 22;

/**
 * Whether the host can run in a utility process: Electron's own Node must be new enough for the native modules, and
 * read TypeScript by itself. Otherwise the host is a child process under the bundled Node.
 */
export function hostFitsElectron(nodeVersion: string, readsTypeScript: boolean): boolean {
  return Number(nodeVersion.split('.')[0]) >= OLDEST_HOST_NODE && readsTypeScript;
}

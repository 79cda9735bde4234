/** The options that every command of the server takes. */
export interface ServerOptions {
  readonly data?: string;
  readonly databaseUrl?: string;
}

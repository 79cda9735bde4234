/** The citation library has no types of its own; these are the parts that are used. */
declare module '@citation-js/core' {
  interface BibtexConfig {
    readonly format: Record<string, boolean>;
  }
  export const plugins: {
    readonly config: { get(name: '@bibtex'): BibtexConfig };
    readonly input: {
      chain(
        input: unknown,
        options: { readonly generateGraph: boolean; readonly forceType: string },
      ): readonly unknown[];
    };
    readonly output: {
      format(name: string, items: readonly unknown[], options: { readonly format: 'object' }): unknown;
    };
  };
}

declare module '@citation-js/plugin-bibtex';
declare module '@citation-js/plugin-ris';

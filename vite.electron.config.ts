import { defineConfig } from 'vite';

/**
 * Bundles of the Electron shell: the main process (`--mode main`) and the sandboxed preload (`--mode preload`), each
 * one CommonJS file, because a sandboxed preload can load nothing else. The host is not bundled: it runs as it stands.
 */
export default defineConfig(({ mode }) => {
  const preload = mode === 'preload';
  return {
    build: {
      outDir: 'dist/electron',
      emptyOutDir: !preload,
      // The oldest shell that the tests run has Chrome 108 and Node 16.
      target: preload ? 'chrome108' : 'node16',
      minify: false,
      ssr: preload ? 'preload/index.ts' : 'main/electron/index.ts',
      rolldownOptions: {
        external: ['electron'],
        output: { format: 'cjs', entryFileNames: preload ? 'preload.cjs' : 'main.cjs', codeSplitting: false },
      },
    },
    ssr: { noExternal: true, target: preload ? 'webworker' : 'node' },
  };
});

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/**
 * The renderer's build. The target can be lowered (`WORKBENCH_RENDERER_TARGET=chrome108`) for the oldest shell
 * that the tests run the product in. `npm run dev` passes `WORKBENCH_HOST` to reach a host that is already running.
 */
const target = process.env['WORKBENCH_RENDERER_TARGET'] ?? 'chrome120';
const host = process.env['WORKBENCH_HOST'];

export default defineConfig({
  root: new URL('./renderer', import.meta.url).pathname,
  base: './',
  plugins: [react()],
  build: {
    outDir: new URL('./dist/renderer', import.meta.url).pathname,
    emptyOutDir: true,
    target,
    cssTarget: target,
    sourcemap: false,
    // Assets stay files, so that the content security policy needs no data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // One chunk, so that zod is told not to compile before any other chunk makes a schema.
    rolldownOptions: {
      output: {
        codeSplitting: { groups: [{ name: 'zod', test: /node_modules[/\\]zod[/\\]|schemas-without-eval/ }] },
      },
    },
    chunkSizeWarningLimit: 1200,
  },
  server: host === undefined ? {} : { proxy: { '/rpc': { target: host, ws: true } } },
});

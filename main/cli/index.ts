import { enableCompileCache } from 'node:module';

// Sources are stripped of their types at each start; the cache keeps the result, and the threads and processes of the host, which
// start with the same sources, learn of it by the environment.
const { directory } = enableCompileCache();
if (directory !== undefined) process.env['NODE_COMPILE_CACHE'] ??= directory;
// Whoever reads the output may leave early (`| head`): the work still comes to its end.
process.stdout.on('error', () => undefined);
const { run } = await import('./main.ts');
process.exit(await run(process.argv.slice(2)));

import { enableCompileCache } from 'node:module';

// Sources are stripped of their types at each start; the cache keeps the result.
enableCompileCache();
// Whoever reads the output may leave early (`| head`): the work still comes to its end.
process.stdout.on('error', () => undefined);
const { run } = await import('./main.ts');
process.exit(await run(process.argv.slice(2)));

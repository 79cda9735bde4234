import { enableCompileCache } from 'node:module';

// Sources are stripped of their types at each start; the cache keeps the result.
enableCompileCache();
const { run } = await import('./main.ts');
process.exit(await run(process.argv.slice(2)));

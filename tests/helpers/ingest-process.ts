import { openIngest } from './ingest.ts';

/**
 * A process that a test may kill at any time: opens the workspace in the folder of its first argument, adds the folder of
 * its second where nothing was added before, and works until nothing is left.
 */
const [folder = '', input = ''] = process.argv.slice(2);
const bench = openIngest(folder, { dataKey: new Uint8Array(32).fill(7) });
const [session] = bench.workspace.replica.db.statements.all<{ id: Uint8Array }>(
  'SELECT id FROM research_sessions',
);
if (session === undefined) {
  await bench.service.add({ sessionId: bench.addSession('What survives?'), paths: [input] });
} else {
  bench.service.start();
}
process.send?.('working');
await bench.service.idle();
await bench.close();
process.exit(0);

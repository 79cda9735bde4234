import process from 'node:process';
import { createHost } from '../../main/host/host.ts';

/**
 * A whole host with its threads and its background sync, on the workspace of its first argument and the server of its second, as a process
 * that a test may kill at any time; the key in WORKBENCH_SYNC_KEY signs in. With a number as its third argument it works without end: it
 * adds evidence titled `NAME#n`, counting from there, writes the newest number into its own session as a register, and tells each only
 * once it was saved. With `drain` it syncs until nothing waits and nothing comes any more, and ends.
 */
const [folder = '', url = '', work = 'drain'] = process.argv.slice(2);
const name = folder.split(/[/\\]/).at(-1) ?? '';
const host = createHost({ mode: 'browser', threads: true, configFolder: `${folder}-config` });
const client = host.client(name);

/** What the process tells: it is connected; a row or the register was saved; why it could not go on. */
export type Told =
  'connected' | { readonly saved: 'row' | 'register'; readonly n: number } | { readonly failed: string };

function tell(what: Told): void {
  process.send?.(what);
}

async function ownSession(): Promise<string> {
  const { rows } = await client.rows.list({ entity: 'research_sessions' });
  const own = rows.find((row) => row['title'] === name);
  if (own !== undefined) return String(own.id);
  const { id } = await client.edits.add({
    entity: 'research_sessions',
    values: { title: name, research_question: 'at -1' },
  });
  return id;
}

async function edit(from: number): Promise<never> {
  const session = await ownSession();
  for (let n = from; ; n += 1) {
    await client.edits.add({ entity: 'evidence', values: { session_id: session, title: `${name}#${n}` } });
    tell({ saved: 'row', n });
    await client.edits.edit({
      entity: 'research_sessions',
      ids: [session],
      values: { research_question: `at ${n}` },
    });
    tell({ saved: 'register', n });
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function syncWithoutEnd(): Promise<never> {
  for (;;) await client.sync.now();
}

async function drain(): Promise<void> {
  for (let quiet = 0; quiet < 2;) {
    const { waiting, state, sentence } = await client.sync.now();
    if (state !== 'idle' && state !== 'offline') throw new Error(`${state}: ${sentence}`);
    quiet = waiting === 0 && state === 'idle' ? quiet + 1 : 0;
  }
  await host.close();
}

async function main(): Promise<void> {
  await client.workspaces.open({ path: folder });
  if ((await client.sync.status()).server === null) {
    const credentials = { key: process.env['WORKBENCH_SYNC_KEY'] ?? '' };
    await client.sync.connect({ url, credentials });
  }
  tell('connected');
  if (work === 'drain') await drain();
  else await Promise.all([edit(Number(work)), syncWithoutEnd()]);
}

try {
  await main();
  process.exit(0);
} catch (error) {
  tell({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  process.exit(1);
}

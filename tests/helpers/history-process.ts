import process from 'node:process';
import { createHost } from '../../main/host/host.ts';

/** What a test asks of the host: one procedure of its contract. */
export interface Asked {
  readonly id: number;
  readonly group: string;
  readonly procedure: string;
  readonly input: unknown;
}

/** The answer to one question, or why there is none. */
export type Answered = { readonly id: number } & ({ readonly answer: unknown } | { readonly failed: string });

/**
 * A whole host with its threads as a process of its own, on the workspace folder of its first argument; it does what the process that
 * started it asks, by its contract, several things at a time, until it is told to close.
 */
const [folder = ''] = process.argv.slice(2);
const name = folder.split(/[/\\]/).at(-1) ?? '';
const host = createHost({ mode: 'browser', threads: true, configFolder: `${folder}-config` });
const client: Readonly<Record<string, Readonly<Record<string, unknown>>>> = host.client(name);

async function answer({ id, group, procedure, input }: Asked): Promise<Answered> {
  const call = client[group]?.[procedure];
  if (typeof call !== 'function') return { id, failed: `There is no ${group}.${procedure}.` };
  try {
    return { id, answer: await (call as (input: unknown) => Promise<unknown>)(input) };
  } catch (error) {
    return { id, failed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

process.on('message', (asked: Asked | 'close') => {
  if (asked === 'close') void host.close().then(() => process.exit(0));
  else void answer(asked).then((answered) => process.send?.(answered));
});

import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { type Action, type CliContext, done, partly } from '../context.ts';
import { say } from '../terminal/output.ts';
import { exitCodes, UsageError } from '../terminal/usage-error.ts';

/** `workbench init`: makes the workspace; a missing key file is made with it. */
export function initWorkspace(options: { sample?: boolean; encrypt?: boolean }): Action {
  return async (context) => {
    const { createWorkspace } = await import('../own-host.ts');
    const made = await createWorkspace(context, {
      encrypt: options.encrypt === true,
      sample: options.sample === true,
    });
    const lines = [`The workspace is ready: ${made.path}`];
    if (made.recoveryKey !== null) {
      lines.push('Recovery key, shown this once. Keep it away from this laptop:', made.recoveryKey);
    }
    return done(made, lines);
  };
}

/** `workbench decrypt`: takes the encryption of the workspace away, in place. */
export function decryptWorkspace(): Action {
  return async (context) => {
    const client = await context.client();
    const { secretAgain } = await import('../own-host.ts');
    await client.keys.decrypt(await secretAgain(context.options));
    return done({ encrypted: false }, [
      'The workspace is not encrypted any more. Backups made before still need their key.',
    ]);
  };
}

/** `workbench backup restore FILE --workspace NEW`. */
export function restoreBackup(file: string): Action {
  return async (context) => {
    if (context.options.workspace === undefined) {
      throw new UsageError('Say where to: --workspace with a folder that does not exist yet.');
    }
    const { restoreInto } = await import('../own-host.ts');
    const summary = await restoreInto(context, resolve(file));
    return done(summary, [`Restored into ${summary.path}.`]);
  };
}

/** `workbench serve`: browser mode, until the process is asked to end. */
export function serve(options: { port?: string; open: boolean }): Action {
  const port = portOf(options.port);
  return async (context) => {
    const { startBrowserMode } = await import('../own-host.ts');
    const running = await startBrowserMode(context, port);
    const { openInBrowser } = await import('../terminal/open-in-browser.ts');
    await context.stream(context.options.json === true ? JSON.stringify({ url: running.url }) : running.url);
    if (options.open && !openInBrowser(running.url)) say('Open this address in a browser. It works once.');
    await context.ended();
    await running.close();
    return done(undefined);
  };
}

const batchLine = z.object({ id: z.union([z.string(), z.number()]), args: z.array(z.string()).min(1) });

/** `workbench batch`: lines `{id, args}` in, lines `{id, exit, result|error}` out, in the same order, in one process. */
export function runBatch(file: string): Action {
  return async (context) => {
    const input = createInterface({ input: file === '-' ? process.stdin : createReadStream(file) });
    let allWell = true;
    for await (const line of input) {
      if (line.trim() === '') continue;
      const outcome = await runLine(context, line);
      allWell &&= outcome.exit === exitCodes.done;
      await context.stream(JSON.stringify(outcome));
    }
    return allWell ? done(undefined) : partly(undefined);
  };
}

async function runLine(context: CliContext, line: string) {
  const parsed = batchLine.safeParse(parseJson(line));
  if (!parsed.success) {
    return {
      id: null,
      exit: exitCodes.usage,
      error: { code: 'invalid-input', message: 'The line is not {"id":…,"args":[…]}.' },
    };
  }
  const lines: unknown[] = [];
  const inner: CliContext = {
    ...context,
    stream: (text) => {
      lines.push(parseJson(text));
      return Promise.resolve();
    },
  };
  const outcome = await context.perform(parsed.data.args, inner);
  const result = outcome.answer?.json ?? lines;
  const { id } = parsed.data;
  return outcome.error === undefined
    ? { id, exit: outcome.exit, result }
    : { id, exit: outcome.exit, error: outcome.error };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function portOf(text: string | undefined): number {
  const port = Number(text ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UsageError('--port is a number up to 65535.');
  return port;
}

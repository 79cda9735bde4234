import { version } from '../host/version.ts';
import type { CliContext, GlobalOptions } from './context.ts';
import type { Connection } from './host-connection.ts';
import { HelpShown, parse, type Parsed } from './program.ts';
import { describeFailure } from './terminal/failure.ts';
import { type Answer, say, write } from './terminal/output.ts';
import { exitCodes, type ExitCode, UsageError } from './terminal/usage-error.ts';

/** Runs one command line and answers with the exit code. Output goes to standard output, everything else to standard error. */
export async function run(args: readonly string[]): Promise<ExitCode> {
  const json = args.includes('--json');
  let connection: Promise<Connection> | undefined;
  try {
    const parsed = parse(args, version);
    const context = await contextOf(
      parsed,
      () => connection,
      (opened) => {
        connection = opened;
      },
    );
    const answer = await parsed.action(context);
    await show(answer, json);
    return answer.exit;
  } catch (error) {
    if (error instanceof HelpShown) {
      await write(error.message === '' ? `${version}\n` : error.message);
      return exitCodes.done;
    }
    return await fail(error, json);
  } finally {
    if (connection !== undefined) {
      await connection.then(
        (opened) => opened.close(),
        () => undefined,
      );
    }
  }
}

async function contextOf(
  { options, command }: Parsed,
  opened: () => Promise<Connection> | undefined,
  open: (connection: Promise<Connection>) => void,
): Promise<CliContext> {
  const { workspaceFolder } = await import('./workspace-folder.ts');
  const workspace = workspaceFolder(options, command === 'init');
  return {
    options,
    workspace,
    client: async () => {
      const { connect } = await import('./host-connection.ts');
      const connection = opened() ?? connect(workspace, options satisfies GlobalOptions);
      open(connection);
      return (await connection).client;
    },
    stream: (line) => write(`${line}\n`),
    ended,
    perform: async (args, context) => (await import('./perform.ts')).perform(args, context),
  };
}

/** Resolves at the first request to end; a second one ends at once. */
function ended(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}

async function show(answer: Answer, json: boolean): Promise<void> {
  if (json) {
    if (answer.json !== undefined) await write(`${JSON.stringify(answer.json)}\n`);
  } else if (answer.lines.length > 0) {
    await write(`${answer.lines.join('\n')}\n`);
  }
}

async function fail(error: unknown, json: boolean): Promise<ExitCode> {
  const { failure, exit } = describeFailure(error);
  if (json && !(error instanceof UsageError)) await write(`${JSON.stringify({ error: failure })}\n`);
  say(failure.message);
  if (failure.code === 'internal' && process.env['WORKBENCH_DEBUG'] !== undefined) say(debugText(error));
  return exit;
}

function debugText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

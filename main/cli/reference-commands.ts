import type { Command } from 'commander';
import type { Choose } from './choose.ts';
import {
  exportReferences,
  importReferences,
  listReferences,
  offerReferences,
} from './commands/references.ts';

/** Commands about citable items: their files, and those that documents offer. */
export function defineReferenceCommands(program: Command, choose: Choose): void {
  const references = program.command('references').description('citable items of the library');
  references
    .command('list')
    .option('--filter <text>')
    .action(choose('references list', (options: { filter?: string }) => listReferences(options.filter)));
  references
    .command('import')
    .description('take a BibTeX, RIS or CSL-JSON file into the library')
    .argument('<file>', 'a file, or - for standard input')
    .option('--format <format>', 'bibtex, ris or csl-json; told from the file where it is left out')
    .action(
      choose('references import', (file: string, options: { format?: string }) =>
        importReferences(file, options.format),
      ),
    );
  references
    .command('export')
    .requiredOption('--format <format>', 'bibtex, ris or csl-json')
    .option('--out <file>')
    .action(
      choose('references export', (options: { format: string; out?: string }) =>
        exportReferences(options.format, options.out),
      ),
    );
  references
    .command('from-evidence')
    .description('give documents the item by which they are cited')
    .argument('<id...>')
    .action(choose('references from-evidence', (ids: string[]) => offerReferences(ids)));
}

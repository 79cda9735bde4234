import type { Command } from 'commander';
import {
  addClaim,
  linkClaim,
  type LinkOptions,
  listAnnotations,
  listClaims,
  showRipple,
} from './commands/claims.ts';
import { exportAnnotations } from './commands/exports.ts';
import { annotationFormats } from '../../preload/contract/exports.ts';
import type { Choose } from './choose.ts';

/** Commands about claims and marks: what is said, and what it rests on. */
export function defineArgumentCommands(program: Command, choose: Choose): void {
  const claims = program.command('claims').description('claims and what they rest on');
  claims
    .command('add')
    .requiredOption('--session <id>')
    .requiredOption('--text <text>')
    .action(
      choose('claims add', (options: { session: string; text: string }) =>
        addClaim(options.session, options.text),
      ),
    );
  claims
    .command('list')
    .requiredOption('--session <id>')
    .action(choose('claims list', (options: { session: string }) => listClaims(options.session)));
  claims
    .command('link')
    .description('let a document support or contradict a claim')
    .requiredOption('--claim <id>')
    .requiredOption('--evidence <id>')
    .requiredOption('--stance <stance>', 'supports or contradicts')
    .option('--quote <words>', 'the exact words of the source')
    .option('--start <n>', 'where the quote starts in the text')
    .option('--end <n>')
    .option('--note <text>')
    .action(choose('claims link', (options: LinkOptions) => linkClaim(options)));
  claims
    .command('ripple')
    .description('what retracting a piece of evidence would do to claims')
    .requiredOption('--evidence <id>')
    .action(choose('claims ripple', (options: { evidence: string }) => showRipple(options.evidence)));
  const annotations = program.command('annotations').description('marks on documents');
  annotations
    .command('list')
    .requiredOption('--evidence <id>')
    .action(choose('annotations list', (options: { evidence: string }) => listAnnotations(options.evidence)));
  annotations
    .command('export')
    .description("write a document's marks in an open format")
    .requiredOption('--evidence <id>')
    .requiredOption('--format <format>', annotationFormats.join(', '))
    .option('--out <file>')
    .action(
      choose('annotations export', (options: { evidence: string; format: string; out?: string }) =>
        exportAnnotations(options.evidence, options.format, options.out),
      ),
    );
}

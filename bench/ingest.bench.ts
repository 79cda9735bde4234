import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { pdf } from '../tests/helpers/documents.ts';
import { inFolder, median, randomFrom, report } from './harness.ts';
import { type CommandRun, ownSettings, runCommand } from './host-process.ts';

const files = 1400;
const runs = 5;
const pages = 100;
const manyPages = 1000;
const syllables = ['ra', 'mo', 'til', 'ven', 'dor', 'pek', 'lun', 'sa', 'bri', 'ost', 'kal', 'ed'];

/** Ingest by one call of the command line into an encrypted workspace, start of the process included. */
export async function run(): Promise<boolean> {
  return inFolder(async (folder) => {
    const env = ownSettings(folder);
    const texts = join(folder, 'texts');
    writeTexts(texts);
    writeFileSync(join(folder, 'hundred.pdf'), pdf(bookOf(pages, 3)));
    writeFileSync(join(folder, 'thousand.pdf'), pdf(bookOf(manyPages, 7)));
    const key = join(folder, 'key');
    let made = 0;
    const ingest = async (path: string, word: string): Promise<CommandRun> => {
      const workspace = ['--workspace', join(folder, `w${(made += 1)}`), '--key-file', key];
      await runCommand(['init', '--encrypt', ...workspace], env);
      const ran = await runCommand(['ingest', path, '--new-session', 'Bench', ...workspace, '--json'], env);
      const found = await runCommand(['search', word, '--mode', 'text', ...workspace, '--json'], env);
      if (!found.out.includes(word)) throw new Error(`“${word}” was not found after the ingest`);
      return ran;
    };
    const perSecond: number[] = [];
    const perPage: number[] = [];
    for (let i = 0; i < runs; i += 1) {
      perSecond.push(files / ((await ingest(texts, 'zephyrine')).ms / 1000));
      perPage.push((await ingest(join(folder, 'hundred.pdf'), 'zephyrine')).ms / pages);
    }
    const large = await ingest(join(folder, 'thousand.pdf'), 'zephyrine');
    return report(
      'ingest',
      [
        {
          what: `${files} text files of 1 KB`,
          value: median(perSecond),
          unit: 'files/s',
          reach: { bound: 100, side: 'above' },
        },
        {
          what: `PDF of ${pages} pages`,
          value: median(perPage),
          unit: 'ms/page',
          reach: { bound: 15, side: 'below' },
        },
        { what: `PDF of ${manyPages} pages`, value: large.ms / manyPages, unit: 'ms/page' },
        {
          what: `host's peak with ${manyPages} pages`,
          value: large.peakMegabytes,
          unit: 'MB',
          reach: { bound: 600, side: 'below' },
        },
      ],
      [`medians of ${runs}; whole processes, start included; searchable by text at the end of each`],
    );
  });
}

const random = randomFrom(17);

function sentence(words: number): string {
  const word = (): string =>
    Array.from(
      { length: 2 + Math.floor(random() * 2) },
      () => syllables[Math.floor(random() * syllables.length)],
    ).join('');
  return `${Array.from({ length: words }, word).join(' ')}.`;
}

function writeTexts(folder: string): void {
  mkdirSync(folder);
  for (let i = 0; i < files; i += 1) {
    const text = Array.from({ length: 14 }, () => sentence(11))
      .join(' ')
      .slice(0, 1010);
    writeFileSync(join(folder, `note-${i}.txt`), i === files - 1 ? `${text} zephyrine` : text);
  }
}

/** Pages of forty lines; the last page holds the word that is looked for. */
function bookOf(count: number, seed: number): string[][] {
  return Array.from({ length: count }, (_, page) => [
    `Chapter ${page + seed}`,
    ...Array.from({ length: 40 }, () => sentence(10)),
    ...(page === count - 1 ? ['zephyrine'] : []),
  ]);
}

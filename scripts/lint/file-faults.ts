/** The most lines that a source file may have: beyond it, a file holds more than one idea. */
export const MOST_LINES = 400;

const SOURCE = /\.(ts|tsx|mjs|cjs|css)$/;
const HEX_COLOUR = /#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})\b/;
const TOKENS = /^renderer\/(.*\/)?tokens\.css$/;
const RAW_IPC = /\bipcMain\b/;
const RAW_IPC_HOME = 'main/electron/ipc/ipc-door.ts';
/** The entry hands the real one to the door. */
const RAW_IPC_ENTRY = 'main/electron/index.ts';

/**
 * What a source file does that the other checks cannot see, each as one sentence.
 *
 * @param file path from the project's root, with forward slashes
 */
export function fileFaults(file: string, text: string): string[] {
  if (!SOURCE.test(file)) return [];
  const faults: string[] = [];
  const lines = text.split('\n');
  const count = text.endsWith('\n') ? lines.length - 1 : lines.length;
  if (count > MOST_LINES && !TOKENS.test(file))
    faults.push(`${file}: ${count} lines, at most ${MOST_LINES}.`);
  for (const [index, line] of lines.entries()) {
    const place = `${file}:${index + 1}`;
    if (file.startsWith('renderer/') && !TOKENS.test(file) && HEX_COLOUR.test(withoutAnchors(line))) {
      faults.push(`${place}: a colour by number; colours stand in tokens.css.`);
    }
    if (
      file.startsWith('main/electron/') &&
      file !== RAW_IPC_HOME &&
      file !== RAW_IPC_ENTRY &&
      RAW_IPC.test(line)
    ) {
      faults.push(`${place}: raw ipcMain; messages come in through ${RAW_IPC_HOME}.`);
    }
    if (/^(main|db|sync)\//.test(file) && /\b(?:db|database|connection)\.serialize\(/.test(line)) {
      faults.push(`${place}: serialize() gives an encrypted database away as plain bytes.`);
    }
  }
  return faults;
}

/** The line without fragment references (`url(#arrow)`, `href="#add"`), which look like colours. */
function withoutAnchors(line: string): string {
  return line.replace(/url\(#[^)]*\)|href=["'{`]+#[^"'`]*/g, '');
}

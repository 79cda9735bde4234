import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Action, done } from '../context.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { idOf } from './rows.ts';

/** `workbench text`: the words of one piece of evidence, with its pages. */
export function showText(evidence: string): Action {
  return async ({ client: open }) => {
    const client = await open();
    const document = await client.documents.open({ evidenceId: await idOf(client, 'evidence', evidence) });
    const { extractionId, pages } = document;
    const text = extractionId === null ? '' : (await client.documents.text({ extractionId, start: 0 })).text;
    return done({ text, extractionId, pages }, [text]);
  };
}

/** `workbench export`: a session in an open format, to a file or to standard output. */
export function exportSession(session: string, format: string, out: string | undefined): Action {
  if (format !== 'md' && format !== 'json') throw new UsageError('--format is md or json.');
  return async ({ client: open }) => {
    const client = await open();
    const sessionId = await idOf(client, 'research_sessions', session);
    const { name, data, withheld } = await client.exports.session({ sessionId, format });
    const bytes = data === null ? new Uint8Array() : new Uint8Array(await data.arrayBuffer());
    const text = new TextDecoder().decode(bytes);
    const said = withheld === 0 ? [] : [`${withheld} values were withheld by the privacy settings.`];
    if (out === undefined) return done({ name, content: text, withheld }, [text, ...said]);
    const file = resolve(out);
    await writeFile(file, bytes);
    return done({ file, bytes: bytes.byteLength, withheld }, [file, ...said]);
  };
}

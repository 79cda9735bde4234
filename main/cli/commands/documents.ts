import { type Action, done } from '../context.ts';
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

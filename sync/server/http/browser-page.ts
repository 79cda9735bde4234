import type { FastifyReply } from 'fastify';
import { type ServerError, serverErrorStatus } from '../errors.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** People come to this route with a browser: a refusal is a page with its sentence, not JSON. */
    readonly forBrowsers?: boolean;
  }
}

/** What a page says: a heading and the sentences below it, as plain text. */
interface Page {
  readonly title: string;
  readonly sentences: readonly string[];
}

/** Sends a page for people. It fetches nothing, runs nothing, and tells no other page where it was opened. */
export function sendPage(reply: FastifyReply, { title, sentences }: Page): FastifyReply {
  const body = sentences.map((sentence) => `<p>${escapeText(sentence)}</p>`).join('\n');
  return reply
    .header('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
    .header('referrer-policy', 'no-referrer')
    .type('text/html; charset=utf-8').send(`<!doctype html><html lang="en">
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>StratMaster Workbench</title>
<h1>${escapeText(title)}</h1>
${body}
</html>`);
}

/** A refusal of a sign-in as a page; the laptop that began it still waits and can be told to stop. */
export function sendErrorPage(error: ServerError, reply: FastifyReply): FastifyReply {
  const { reference } = error.details;
  return sendPage(reply.status(serverErrorStatus[error.code]), {
    title: 'You are not signed in',
    sentences: [
      error.message,
      ...(typeof reference === 'string' ? [`Reference for an administrator: ${reference}`] : []),
      'You can close this page. In the Workbench choose Cancel, or open the sign-in page again.',
    ],
  });
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

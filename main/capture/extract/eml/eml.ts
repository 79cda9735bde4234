import type { Address, Attachment, Email } from 'postal-mime';
import PostalMime from 'postal-mime';
import { toDate } from '../dates.ts';
import { readHtml } from '../html/html.ts';
import type { AttachedDocument, Extraction, ExtractionInput, Extractor, Remark } from '../types.ts';
import { ExtractionError, noMetadata } from '../types.ts';
import { normaliseLineEnds, wellFormed } from '../well-formed.ts';

export const emlExtractor: Extractor = {
  name: 'eml',
  version: '1.postal-mime-4.0.0.linkedom-0.18.5',
  extract: extractMail,
};

/** A mail: who, to whom, when and about what as its first lines, then its words. Attachments are handed on unread. */
async function extractMail(input: ExtractionInput): Promise<Extraction> {
  const mail = await parsed(input.bytes);
  const html = mail.html === undefined ? null : readHtml(mail.html, emlExtractor, input.limits.maxCharacters);
  const body =
    mail.text !== undefined && mail.text.trim() !== '' ? normaliseLineEnds(mail.text) : (html?.text ?? '');
  const text = `${headerLines(mail).join('\n')}\n\n${body.trim()}`.trim();
  const clean = wellFormed(text.slice(0, input.limits.maxCharacters));
  const attached = attachedDocuments(mail.attachments, input.limits.maxAttachments);
  return {
    extractor: emlExtractor.name,
    version: emlExtractor.version,
    text: clean.text,
    pages: [],
    geometry: null,
    outline: [],
    metadata: {
      ...noMetadata,
      title: mail.subject?.trim() || null,
      author: mail.from === undefined ? null : addressText(mail.from),
      publishedAt: toDate(mail.date),
      facts: facts(mail),
    },
    confidence: 1,
    warnings: [...clean.warnings, ...attached.warnings],
    snapshotHtml: html?.snapshotHtml ?? null,
    attachments: attached.documents,
  };
}

async function parsed(bytes: Uint8Array): Promise<Email> {
  try {
    return await PostalMime.parse(bytes, { forceRfc822Attachments: true, maxNestingDepth: 64 });
  } catch (error) {
    const nested = error instanceof Error && /nesting depth/i.test(error.message);
    throw new ExtractionError(nested ? 'document-nested-too-deep' : 'document-damaged');
  }
}

function headerLines(mail: Email): string[] {
  const to = (mail.to ?? []).map(addressText).join(', ');
  const cc = (mail.cc ?? []).map(addressText).join(', ');
  return [
    ['Subject', mail.subject ?? ''],
    ['From', mail.from === undefined ? '' : addressText(mail.from)],
    ['To', to],
    ['Cc', cc],
    ['Date', mail.date ?? ''],
  ]
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}: ${value}`);
}

function facts(mail: Email): Record<string, string> {
  const known: Record<string, string> = {};
  if (mail.messageId !== undefined) known['message_id'] = mail.messageId;
  if (mail.inReplyTo !== undefined) known['in_reply_to'] = mail.inReplyTo;
  if (mail.to !== undefined) known['to'] = mail.to.map(addressText).join(', ');
  if (mail.cc !== undefined) known['cc'] = mail.cc.map(addressText).join(', ');
  if (mail.date !== undefined) known['sent_at'] = mail.date;
  return known;
}

function addressText(address: Address): string {
  if (address.group !== undefined) return `${address.name}: ${address.group.map(addressText).join(', ')}`;
  return address.name === '' ? address.address : `${address.name} <${address.address}>`;
}

/** Everything attached but the pictures that the mail's own HTML shows. */
function attachedDocuments(
  attachments: readonly Attachment[],
  most: number,
): { readonly documents: readonly AttachedDocument[]; readonly warnings: readonly Remark[] } {
  const wanted = attachments.filter((part) => part.related !== true || !part.mimeType.startsWith('image/'));
  const documents = wanted.slice(0, most).map((part, index) => ({
    name:
      part.filename ??
      (part.mimeType === 'message/rfc822' ? `message-${index + 1}.eml` : `attachment-${index + 1}`),
    bytes: contentBytes(part.content),
  }));
  const left = wanted.length - documents.length;
  return {
    documents,
    warnings: left > 0 ? [{ code: 'attachments-left-out', parameters: { count: left } }] : [],
  };
}

function contentBytes(content: Attachment['content']): Uint8Array {
  if (typeof content === 'string') return new TextEncoder().encode(content);
  return content instanceof Uint8Array ? content : new Uint8Array(content);
}

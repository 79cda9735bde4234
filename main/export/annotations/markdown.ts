import { addressOf } from '../addresses.ts';
import { blockQuote, inline, paragraphLines } from '../markdown.ts';
import type { ExportedMark } from './marks.ts';

/** A heading of the document and where its section begins. */
export interface Section {
  readonly title: string;
  readonly level: number;
  readonly start: number | null;
}

export interface MarkedDocument {
  readonly title: string;
  readonly address: string;
  readonly isPaged: boolean;
  readonly sections: readonly Section[];
  readonly marks: readonly ExportedMark[];
}

const colours: Readonly<Record<string, string>> = {
  support: 'Supports',
  contradict: 'Contradicts',
  question: 'Question',
  note: 'Note',
};

/** Marks of a document as Markdown, by page or by section: quotes as block quotes, comments and tags below them. */
export function marksToMarkdown({ title, address, isPaged, sections, marks }: MarkedDocument): string {
  const lines = [`# ${inline(title)}`, '', `<${address}>`, ''];
  const replies = Map.groupBy(
    marks.filter(({ replyTo }) => replyTo !== null),
    ({ replyTo }) => replyTo,
  );
  const own = marks.filter(({ replyTo }) => replyTo === null);
  const groups = Map.groupBy(own, (mark) => headingOf(mark, isPaged, sections));
  for (const [heading, group] of groups) {
    lines.push(`## ${inline(heading)}`, '');
    for (const mark of group) lines.push(...markLines(mark, replies.get(mark.id) ?? []), '');
  }
  if (own.length === 0) lines.push('No mark is on this document.', '');
  return `${lines.join('\n').trimEnd()}\n`;
}

function headingOf(mark: ExportedMark, isPaged: boolean, sections: readonly Section[]): string {
  if (mark.state === 'orphan') return 'No longer found in the document';
  if (isPaged && mark.page !== null) return `Page ${mark.page}`;
  const { start } = mark;
  if (start === null) return 'The whole document';
  const section = sections.filter((each) => each.start !== null && each.start <= start).at(-1);
  return section === undefined ? 'Beginning' : section.title;
}

function markLines(mark: ExportedMark, replies: readonly ExportedMark[]): string[] {
  const kind = mark.claim === null ? (colours[mark.colour] ?? mark.colour) : stanceWords(mark);
  const facts = [kind, mark.author === null ? '' : inline(mark.author), mark.createdAt.slice(0, 10)];
  const tags = mark.tags.map((tag) => `#${inline(tag).replaceAll(' ', '-')}`).join(' ');
  const link = addressOf(mark.entity === 'annotations' ? 'annotation' : 'quote', mark.id);
  return [
    ...quoteLines(mark),
    `${facts.filter((fact) => fact !== '').join(' · ')} · <${link}>`,
    ...(mark.body === null ? [] : ['', ...paragraphLines(mark.body)]),
    ...(tags === '' ? [] : ['', tags]),
    ...replies.flatMap((reply) => ['', `- ${inline(reply.author ?? 'Reply')}: ${inline(reply.body ?? '')}`]),
  ];
}

function quoteLines(mark: ExportedMark): string[] {
  if (mark.quote !== null) return [...blockQuote(mark.quote), ''];
  if (mark.kind === 'region' && mark.page !== null) return [`A region of page ${mark.page}.`, ''];
  return [];
}

function stanceWords({ claim }: ExportedMark): string {
  const text = claim?.text ?? null;
  const verb =
    claim?.stance === 'contradicts' ? 'Contradicts' : claim?.stance === 'supports' ? 'Supports' : 'Cited in';
  return text === null ? verb : `${verb}: ${inline(text)}`;
}

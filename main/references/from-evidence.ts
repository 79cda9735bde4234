import type { Row } from '../../db/catalogue/rows.ts';
import type { Json } from '../../db/catalogue/types.ts';
import type { Csl } from './entry.ts';
import { doiIn } from './work.ts';

/** What an item is made of: a piece of evidence, the kind of its file, and the beginning of its text. */
export interface Offered {
  readonly evidence: Row<'evidence'>;
  readonly artifactType: string | null;
  readonly beginning: string;
}

/** How far into a text its own DOI is looked for: later ones are those of what it cites. */
export const ownDoiWithin = 3000;

const kinds: Readonly<Record<string, string | undefined>> = {
  web_page: 'webpage',
  email: 'personal_communication',
  table: 'dataset',
  image: 'graphic',
};

/** The item that a piece of evidence offers: what is known of it, in the terms of CSL. */
export function offeredCsl({ evidence, artifactType, beginning }: Offered): Csl {
  const doi = doiOfEvidence(evidence, beginning);
  const isWeb = evidence.source_type === 'crawled_page' || evidence.source_type === 'web_search';
  const type =
    doi !== undefined
      ? 'article-journal'
      : isWeb
        ? 'webpage'
        : (kinds[artifactType ?? ''] ?? (evidence.source_type === 'api_data' ? 'dataset' : 'document'));
  const title = evidence.title ?? evidence.file_name;
  const people = evidence.author === null ? [] : peopleIn(evidence.author);
  const place = type === 'webpage' || doi !== undefined ? 'container-title' : 'publisher';
  const csl: Record<string, Json | undefined> = {
    type,
    title: title ?? undefined,
    author: people.length === 0 ? undefined : people,
    issued: evidence.publication_date === null ? undefined : dateParts(evidence.publication_date),
    [place]: evidence.source_name ?? undefined,
    DOI: doi,
    URL: evidence.source_url ?? undefined,
    accessed:
      evidence.source_url === null || evidence.retrieved_at === null
        ? undefined
        : dateParts(evidence.retrieved_at.slice(0, 10)),
    language: evidence.language ?? undefined,
  };
  return Object.fromEntries(
    Object.entries(csl).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, value]],
    ),
  );
}

function dateParts(date: string): Json {
  return { 'date-parts': [date.split('-').map(Number)] };
}

function doiOfEvidence(evidence: Row<'evidence'>, beginning: string): string | undefined {
  const { metadata, source_url: url } = evidence;
  const noted =
    typeof metadata === 'object' && metadata !== null
      ? Object.entries(metadata).find(([name]) => name.toLowerCase() === 'doi')?.[1]
      : undefined;
  if (typeof noted === 'string') return doiIn(noted);
  const inAddress = /\/(10\.\d{4,9}\/[^\s?#]+)/.exec(url ?? '')?.[1];
  if (inAddress !== undefined) return doiIn(inAddress);
  const inText = /\bdoi(?:\.org\/|:\s*|\s+)(10\.\d{4,9}\/[^\s"<>]+)/i.exec(beginning)?.[1];
  return inText === undefined ? undefined : doiIn(inText.replace(/[).,;\]]+$/, ''));
}

/** People in a line as documents give it: `Meyer, Anna; Lee, Bo`, `Anna Meyer and Bo Lee`, `Anna Meyer, Bo Lee`, or a body's name. */
export function peopleIn(line: string): { [part: string]: string }[] {
  const parts = line
    .replaceAll(/<[^>]*>/g, ' ')
    .split(/\s*;\s*|\s+(?:and|und|et|&)\s+|\s*\n\s*/u)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return parts.flatMap((part) => {
    const pieces = part.split(/\s*,\s*/).filter((piece) => piece !== '');
    const [family = '', given = ''] = pieces;
    if (pieces.length === 2 && !(/\s/.test(family) && /\s/.test(given))) return [{ family, given }];
    return pieces.map(person);
  });
}

/**
 * A name in its order of speech: two words, or more with initials or particles between them. Everything else may be the name of a body,
 * and stays as it is: a name that is not taken apart is never wrong.
 */
function person(name: string): { [part: string]: string } {
  const words = name.split(/\s+/);
  const [first = '', ...others] = words;
  const last = others.at(-1) ?? '';
  const between = others.slice(0, -1);
  const isPerson =
    isWord.test(first) &&
    isWord.test(last) &&
    between.every((word) => isBetween.test(word)) &&
    !bodies.test(name);
  if (!isPerson) return { literal: name };
  const particles = between.findIndex((word) => /^\p{Ll}/u.test(word));
  const at = particles < 0 ? words.length - 1 : particles + 1;
  return { family: words.slice(at).join(' '), given: words.slice(0, at).join(' ') };
}

const isWord = /^[\p{Lu}\p{Lo}][\p{L}\p{M}.'’-]*$/u;
const isBetween = /^(?:\p{Lu}\.?(?:-?\p{Lu}\.?)?|van|von|de|der|den|di|da|la|le|bin|al)$/u;

const bodies =
  /\b(?:ministry|agency|office|institute|university|college|council|committee|commission|bank|group|grid|team|staff|press|letter|journal|industry|operations|operator|laboratory|survey|service|association|society|authority|department|organi[sz]ation|foundation|cent(?:er|re)|times|post|news|inc|ltd|plc|gmbh)\b/i;

import { toDate } from '../dates.ts';
import type { DomDocument } from '../dom.ts';
import type { DocumentMetadata } from '../types.ts';

/**
 * What a page says about itself: Open Graph and article properties, citation tags of publishers, Dublin Core, JSON-LD
 * of schema.org, and what HTML itself has. The more specific statement wins over the more general one.
 */
export function htmlMetadata(document: DomDocument): DocumentMetadata {
  const tags = metaTags(document);
  const linked = linkedData(document);
  const first = (...names: readonly string[]) => {
    for (const name of names) {
      const value = tags.get(name)?.[0];
      if (value !== undefined) return value;
    }
    return null;
  };
  const authors = tags.get('citation_author') ?? tags.get('author') ?? tags.get('dc.creator');
  const keywords = first('keywords', 'citation_keywords')?.split(/[,;]/) ?? tags.get('article:tag') ?? [];
  const time = document.querySelector('time[datetime]')?.getAttribute('datetime') ?? null;
  return {
    title:
      first('citation_title', 'og:title', 'dc.title', 'twitter:title') ?? linked.title ?? pageTitle(document),
    author: authors?.join('; ') ?? linked.author ?? first('article:author', 'parsely-author', 'byl'),
    publishedAt:
      toDate(
        first(
          'citation_publication_date',
          'citation_date',
          'article:published_time',
          'dc.date',
          'dcterms.issued',
          'date',
          'pubdate',
          'parsely-pub-date',
        ),
      ) ??
      toDate(linked.publishedAt) ??
      toDate(time),
    language:
      document.documentElement.getAttribute('lang') ?? first('content-language', 'og:locale', 'dc.language'),
    siteName: first('og:site_name', 'citation_journal_title', 'application-name') ?? linked.siteName,
    description: first('description', 'og:description', 'dc.description'),
    url: document.querySelector('link[rel="canonical"]')?.getAttribute('href') ?? first('og:url'),
    keywords: keywords
      .map((keyword) => keyword.trim())
      .filter((keyword) => keyword !== '')
      .slice(0, 50),
    facts: doiOf(first('citation_doi', 'dc.identifier', 'prism.doi')),
  };
}

function metaTags(document: DomDocument): Map<string, string[]> {
  const tags = new Map<string, string[]>();
  for (const meta of document.querySelectorAll('meta')) {
    const name =
      meta.getAttribute('property') ?? meta.getAttribute('name') ?? meta.getAttribute('http-equiv');
    const content = meta.getAttribute('content')?.replace(/\s+/g, ' ').trim() ?? '';
    if (name === null || content === '') continue;
    const key = name.toLowerCase();
    tags.set(key, [...(tags.get(key) ?? []), content]);
  }
  return tags;
}

function pageTitle(document: DomDocument): string | null {
  const title = (document.querySelector('title') ?? document.querySelector('h1'))?.textContent ?? '';
  return title.replace(/\s+/g, ' ').trim() || null;
}

function doiOf(value: string | null): Record<string, string> {
  const doi = value === null ? undefined : /10\.\d{4,9}\/\S+/.exec(value)?.[0];
  return doi === undefined ? {} : { doi };
}

interface LinkedData {
  readonly title: string | null;
  readonly author: string | null;
  readonly publishedAt: string | null;
  readonly siteName: string | null;
}

function linkedData(document: DomDocument): LinkedData {
  for (const script of document.querySelectorAll('script[type="application/ld+json"]')) {
    const parsed = parsedJson(script.textContent ?? '');
    const graph = field(parsed, '@graph');
    for (const item of [
      parsed,
      ...(Array.isArray(parsed) ? parsed : []),
      ...(Array.isArray(graph) ? graph : []),
    ]) {
      const publishedAt = textOf(field(item, 'datePublished'));
      const title = textOf(field(item, 'headline'));
      if (title === null && publishedAt === null) continue;
      const author = namesOf(field(item, 'author'));
      return { title, author, publishedAt, siteName: namesOf(field(item, 'publisher')) };
    }
  }
  return { title: null, author: null, publishedAt: null, siteName: null };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

function namesOf(value: unknown): string | null {
  const list = Array.isArray(value) ? (value as readonly unknown[]) : [value];
  const names = list.map((item) => textOf(item) ?? textOf(field(item, 'name')));
  return names.filter((name) => name !== null).join('; ') || null;
}

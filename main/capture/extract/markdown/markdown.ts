import { marked } from 'marked';
import { parseHtml } from '../dom.ts';
import { domText } from '../html/dom-text.ts';
import { toDate } from '../dates.ts';
import type { Extraction, ExtractionInput, Extractor } from '../types.ts';
import { noMetadata } from '../types.ts';
import { readText } from '../text/plain-text.ts';
import { readFrontMatter } from './front-matter.ts';

export const markdownExtractor: Extractor = {
  name: 'markdown',
  version: '1.marked-18.2.1.linkedom-0.18.5',
  extract: extractMarkdown,
};

/** Markdown as clean text: marks go, structure stays; front matter becomes metadata. */
async function extractMarkdown(input: ExtractionInput): Promise<Extraction> {
  const source = readText(input);
  const front = readFrontMatter(source.text);
  const html = await marked.parse(source.text.slice(front.end), { gfm: true, async: true });
  const document = parseHtml(html);
  const { text, outline } = domText(document.body ?? document.documentElement);
  const value = (...keys: readonly string[]) => {
    const key = keys.find((name) => (front.values.get(name)?.length ?? 0) > 0);
    return key === undefined ? null : (front.values.get(key)?.join('; ') ?? null);
  };
  return {
    extractor: markdownExtractor.name,
    version: markdownExtractor.version,
    text,
    pages: [],
    geometry: null,
    outline,
    metadata: {
      ...noMetadata,
      title: value('title') ?? outline.find((entry) => entry.level === 1)?.title ?? outline[0]?.title ?? null,
      author: value('author', 'authors', 'by'),
      publishedAt: toDate(value('date', 'published', 'created')),
      language: value('lang', 'language'),
      siteName: value('site', 'publisher', 'source'),
      description: value('description', 'summary', 'abstract'),
      url: value('url', 'link', 'canonical'),
      keywords: [...(front.values.get('tags') ?? []), ...(front.values.get('keywords') ?? [])],
      facts: { encoding: input.detected.encoding ?? 'utf8' },
    },
    confidence: 1,
    warnings: source.warnings,
    snapshotHtml: null,
    attachments: [],
  };
}

import PDFDocument from 'pdfkit';
import {
  type Brief,
  type BriefClaim,
  type BriefQuote,
  type BriefSource,
  citationOf,
  factsOfClaim,
  insteadOfQuote,
  sourceParts,
  spoken,
} from './brief.ts';
import { type Face, Fonts } from './fonts.ts';

/** A4 in points, and the white around the text. */
const margins = { top: 64, bottom: 72, left: 68, right: 68 };
const indent = 16;

const colours = {
  ink: '#1c1b19',
  quiet: '#66625c',
  support: '#178a58',
  contradict: '#c73e23',
  rule: '#c9c4bb',
};

interface Style {
  readonly face: Face;
  readonly size: number;
  readonly colour?: string;
  readonly indent?: number;
  /** White above, in points. */
  readonly above?: number;
  /** Name of the place that the words lead to when they are pressed. */
  readonly to?: string | null;
  /** Address that the words lead to. */
  readonly link?: string | null;
}

/**
 * A brief as a PDF with the product's own fonts embedded: numbered citations that lead to their source, an outline of the claims,
 * page numbers. `missing` counts characters that none of the fonts has.
 */
export async function briefToPdf(brief: Brief): Promise<{ bytes: Uint8Array; missing: number }> {
  const document = new PDFDocument({
    size: 'A4',
    margins,
    bufferPages: true,
    pdfVersion: '1.7',
    lang: 'en',
    displayTitle: true,
    info: { Title: brief.title, Creator: 'StratMaster Workbench', CreationDate: new Date(brief.at) },
  });
  const parts: Buffer[] = [];
  document.on('data', (part: Buffer) => parts.push(part));
  const ended = new Promise<void>((resolve, reject) => {
    document.on('end', resolve);
    document.on('error', reject);
  });
  const sheet = new Sheet(document);
  sheet.say(brief.title, { face: 'label', size: 21 });
  if (brief.question !== null) sheet.say(brief.question, { face: 'text', size: 13, above: 6 });
  const date = `As of ${brief.at.slice(0, 10)}`;
  sheet.say(`${date} · ${brief.label}`, { ...quiet, above: 8, link: brief.address });
  if (brief.claims.length > 0) sheet.heading('Findings');
  for (const [index, claim] of brief.claims.entries()) writeClaim(sheet, claim, index + 1);
  sheet.heading('Sources');
  if (brief.sources.length === 0) sheet.say('No source.', quiet);
  for (const source of brief.sources) writeSource(sheet, source);
  sheet.numberPages(brief.label);
  document.end();
  await ended;
  return { bytes: new Uint8Array(Buffer.concat(parts)), missing: sheet.fonts.missing };
}

const quiet: Style = { face: 'label', size: 8.5, colour: colours.quiet };

function writeClaim(sheet: Sheet, claim: BriefClaim, number: number): void {
  sheet.keepTogether(90);
  const text = claim.text ?? claim.label;
  sheet.bookmark(`${number}. ${text}`);
  sheet.say(`${number}. ${text}`, { face: 'text', size: 13, above: 16 });
  sheet.say(factsOfClaim(claim).join(' · '), { ...quiet, above: 3, link: claim.address });
  if (claim.reasoning !== null) sheet.say(claim.reasoning, { face: 'text', size: 10, above: 5 });
  for (const [stance, quotes] of Map.groupBy(claim.quotes, (quote) => quote.stance)) {
    sheet.keepTogether(48);
    sheet.say(stance === '' ? 'Evidence' : spoken(stance), { ...quiet, colour: colourOf(stance), above: 8 });
    for (const quote of quotes) writeQuote(sheet, quote);
  }
  if (claim.quotes.length === 0) sheet.say('No evidence is linked to this claim.', { ...quiet, above: 5 });
  if (claim.tags.length > 0) sheet.say(`Tags: ${claim.tags.join(', ')}`, { ...quiet, above: 5 });
}

function writeQuote(sheet: Sheet, quote: BriefQuote): void {
  sheet.keepTogether(48);
  const to = quote.citation === null ? null : `source-${quote.citation}`;
  sheet.beside(colourOf(quote.stance), () => {
    const isQuoted = quote.state === 'quoted' && quote.words !== null;
    if (isQuoted)
      sheet.say(`“${quote.words?.trim() ?? ''}”`, { face: 'quote', size: 10.5, indent, above: 5 });
    else
      sheet.say(insteadOfQuote(quote), { face: 'text', size: 10, indent, above: 5, colour: colours.quiet });
    sheet.say(citationOf(quote), { ...quiet, indent, above: 1, to });
    if (quote.note !== null) sheet.say(quote.note, { face: 'text', size: 9.5, indent, above: 2 });
  });
}

function colourOf(stance: string): string {
  if (stance === 'supports') return colours.support;
  return stance === 'contradicts' ? colours.contradict : colours.quiet;
}

function writeSource(sheet: Sheet, source: BriefSource): void {
  sheet.keepTogether(34);
  sheet.place(`source-${source.number}`);
  sheet.say(`${source.number}. ${sourceParts(source).join('. ')}.`, { face: 'text', size: 10, above: 6 });
  if (source.retraction !== null) {
    const reason = source.retraction === '' ? '' : `: ${source.retraction}`;
    sheet.say(`Retracted${reason}`, { ...quiet, colour: colours.contradict, indent });
  }
  if (source.url !== null) sheet.say(source.url, { ...quiet, indent, link: source.url });
  const facts = [source.label, source.rating ?? '', source.cited ? '' : 'not cited above'];
  sheet.say(facts.filter((fact) => fact !== '').join(' · '), { ...quiet, indent, link: source.address });
}

/** Words without the line breaks of their source; paragraphs stay apart. */
function flowing(text: string): string {
  // Fonts draw ligatures by themselves, and have no characters for them.
  const letters = text.replaceAll(/[\ufb00-\ufb06]/gu, (ligature) => ligature.normalize('NFKC'));
  const paragraphs = letters.split(/\n\s*\n/u).map((paragraph) => paragraph.replaceAll(/\s+/gu, ' ').trim());
  return paragraphs.filter((paragraph) => paragraph !== '').join('\n');
}

/** The page that is written on, from top to bottom. */
class Sheet {
  readonly fonts: Fonts;
  readonly #document: PDFKit.PDFDocument;

  constructor(document: PDFKit.PDFDocument) {
    this.#document = document;
    this.fonts = new Fonts(document);
  }

  /** Writes a paragraph below what stands there. */
  say(text: string, style: Style): void {
    const document = this.#document;
    const left = margins.left + (style.indent ?? 0);
    const width = document.page.width - left - margins.right;
    document.y += style.above ?? 0;
    document.x = left;
    const runs = this.fonts.runs(flowing(text), style.face);
    document.fontSize(style.size).fillColor(style.colour ?? colours.ink);
    for (const [index, { font, text: words }] of runs.entries()) {
      document.font(font).text(words, {
        width,
        lineGap: style.size * 0.28,
        continued: index < runs.length - 1,
        // Told anew each time: pdfkit carries a link on to what follows.
        link: style.link ?? null,
        goTo: style.to ?? null,
      } as PDFKit.Mixins.TextOptions);
    }
  }

  heading(text: string): void {
    this.keepTogether(110);
    this.say(text, { face: 'label', size: 14, above: 26 });
    const { y, page } = this.#document;
    this.#document
      .moveTo(margins.left, y + 2)
      .lineTo(page.width - margins.right, y + 2)
      .lineWidth(0.5)
      .strokeColor(colours.rule)
      .stroke();
  }

  bookmark(title: string): void {
    this.#document.outline.addItem(title.slice(0, 200));
  }

  /** Names the place that is written on next. */
  place(name: string): void {
    // The last number is the zoom; 0 leaves it as it is.
    this.#document.addNamedDestination(name, 'XYZ', 0, this.#document.y, 0);
  }

  /** Begins a new page where fewer points than these are left on this one. */
  keepTogether(points: number): void {
    const { page, y } = this.#document;
    if (y + points > page.height - margins.bottom) this.#document.addPage();
  }

  /** Draws a line in the left margin of what is written, over as many pages as that takes. */
  beside(colour: string, write: () => void): void {
    const document = this.#document;
    const last = () => document.bufferedPageRange().count - 1;
    const [firstPage, top] = [last(), document.y];
    write();
    const [lastPage, bottom] = [last(), document.y];
    for (let page = firstPage; page <= lastPage; page += 1) {
      document.switchToPage(page);
      document
        .moveTo(margins.left + 4, page === firstPage ? top + 6 : margins.top)
        .lineTo(margins.left + 4, page === lastPage ? bottom - 3 : document.page.height - margins.bottom)
        .lineWidth(1.5)
        .strokeColor(colour)
        .stroke();
    }
    document.y = bottom;
  }

  numberPages(label: string): void {
    const document = this.#document;
    const { count } = document.bufferedPageRange();
    for (let page = 0; page < count; page += 1) {
      document.switchToPage(page);
      // The footer stands below the text's own margin; with that margin pdfkit would begin a new page for it.
      document.page.margins.bottom = 0;
      document.y = document.page.height - margins.bottom + 28;
      this.say(`${label} · page ${page + 1} of ${count}`, quiet);
    }
  }
}

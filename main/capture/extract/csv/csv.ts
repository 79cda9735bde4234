import Papa from 'papaparse';
import type { Extraction, ExtractionInput, Extractor } from '../types.ts';
import { noMetadata } from '../types.ts';
import { readText } from '../text/plain-text.ts';

export const csvExtractor: Extractor = { name: 'csv', version: '1.papaparse-5.7.1', extract: extractCsv };

/** A table as text: each row a line, cells apart by tabs. The first row names the columns where it holds no numbers. */
async function extractCsv(input: ExtractionInput): Promise<Extraction> {
  const { text, warnings } = readText(input);
  const delimiter = input.detected.mimeType === 'text/tab-separated-values' ? '\t' : '';
  const parsed = Papa.parse<string[]>(text, { delimiter, skipEmptyLines: 'greedy' });
  const rows = parsed.data.map((row) => row.map((cell) => cell.replace(/\s+/g, ' ').trim()));
  const columns = columnNames(rows[0] ?? []);
  const width = rows[0]?.length ?? 0;
  const uneven = rows.filter((row) => row.length !== width).length;
  return {
    extractor: csvExtractor.name,
    version: csvExtractor.version,
    text: rows.map((row) => row.join('\t')).join('\n'),
    pages: [],
    geometry: null,
    outline: [],
    metadata: {
      ...noMetadata,
      facts: {
        columns: JSON.stringify(columns),
        rows: String(columns.length > 0 ? rows.length - 1 : rows.length),
        delimiter: parsed.meta.delimiter,
        encoding: input.detected.encoding ?? 'utf8',
      },
    },
    confidence: rows.length === 0 ? 1 : 1 - uneven / rows.length / 2,
    warnings: uneven > 0 ? [...warnings, { code: 'rows-uneven', parameters: { count: uneven } }] : warnings,
    snapshotHtml: null,
    attachments: [],
  };
}

function columnNames(first: readonly string[]): readonly string[] {
  const isHeader = first.length > 0 && first.every((cell) => cell !== '' && Number.isNaN(Number(cell)));
  return isHeader ? first : [];
}

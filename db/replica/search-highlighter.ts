import Database from 'better-sqlite3-multiple-ciphers';

/** What stands around a marked word: control characters that no indexed text is shown with. */
export const markStart = '\u0002';
export const markEnd = '\u0003';

/** A text as the index holds it, with the words of a query marked; null in `snippet` and `title` where none occurs there. */
export interface Highlighted {
  readonly title: string;
  readonly snippet: string;
}

const setUp = `CREATE VIRTUAL TABLE shown USING fts5(title, body, tokenize='porter unicode61 remove_diacritics 2')`;

const marksSql = `SELECT rowid AS place, highlight(shown, 0, '${markStart}', '${markEnd}') AS title,
    snippet(shown, 1, '${markStart}', '${markEnd}', '…', 40) AS snippet
  FROM shown WHERE shown MATCH ?`;

/**
 * Marks the words of a query in a few texts, by the index's own rules of what a word is. A small index in memory holds just
 * the texts that are shown, so that the cost does not grow with the workspace, however common the words are.
 */
export class Highlighter {
  readonly #database = new Database(':memory:');
  readonly #insert: Database.Statement;
  readonly #marks: Database.Statement<[string], Highlighted & { place: number }>;

  constructor() {
    this.#database.exec(setUp);
    this.#insert = this.#database.prepare(`INSERT INTO shown (rowid, title, body) VALUES (?, ?, ?)`);
    this.#marks = this.#database.prepare(marksSql);
  }

  /** The marked texts by their place in the list; texts without any of the words are not in it. */
  mark(texts: readonly { title: string; body: string }[], expression: string): Map<number, Highlighted> {
    this.#database.exec('BEGIN');
    try {
      for (const [place, { title, body }] of texts.entries()) this.#insert.run(place, title, body);
      const rows = this.#marks.all(expression);
      return new Map(rows.map(({ place, title, snippet }) => [place, { title, snippet }]));
    } finally {
      // Forgetting by rollback costs nothing; deleting would read every word again.
      this.#database.exec('ROLLBACK');
    }
  }

  close(): void {
    this.#database.close();
  }
}

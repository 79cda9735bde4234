/**
 * Triggers that note which rows the index of titles, claims, annotations and tags has to read again. They only
 * append a number and an id; the words are indexed afterwards, outside the transaction that a person waits for.
 */

/** Columns whose change is worth reading a row again, by table. */
const watched = {
  research_sessions: { entity: 5, columns: ['title', 'research_question', '_deleted'] },
  evidence: { entity: 6, columns: ['title', 'summary', 'author', 'source_name', '_deleted'] },
  research_claims: { entity: 7, columns: ['claim_text', 'reasoning', '_deleted'] },
  annotations: { entity: 12, columns: ['body', '_deleted'] },
} as const;

const noteOwner = `INSERT INTO search_dirty (entity, id)
    SELECT CASE NEW.owner_entity
      ${Object.entries(watched)
        .map(([table, { entity }]) => `WHEN '${table}' THEN ${entity}`)
        .join('\n      ')}
    END, NEW.owner_id;`;

/** The statements that make the triggers; they belong to the schema of the search tables. */
export const searchCaptureStatements: readonly string[] = [
  ...Object.entries(watched).flatMap(([table, { entity, columns }]) => [
    `CREATE TRIGGER search_${table}_inserted AFTER INSERT ON ${table} BEGIN
    INSERT INTO search_dirty (entity, id) VALUES (${entity}, NEW.id);
  END`,
    `CREATE TRIGGER search_${table}_updated AFTER UPDATE OF ${columns.join(', ')} ON ${table} BEGIN
    INSERT INTO search_dirty (entity, id) VALUES (${entity}, NEW.id);
  END`,
    `CREATE TRIGGER search_${table}_deleted AFTER DELETE ON ${table} BEGIN
    INSERT INTO search_dirty (entity, id) VALUES (${entity}, OLD.id);
  END`,
  ]),
  `CREATE TRIGGER search_element_inserted AFTER INSERT ON set_elements WHEN NEW.column_name = 'tags' BEGIN
    ${noteOwner}
  END`,
  `CREATE TRIGGER search_element_updated AFTER UPDATE OF _deleted ON set_elements WHEN NEW.column_name = 'tags' BEGIN
    ${noteOwner}
  END`,
];

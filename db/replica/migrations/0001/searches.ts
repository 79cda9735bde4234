/** Frozen: tables of version 1. */
export const searchesTables: readonly string[] = [
  `CREATE TABLE saved_searches (
  rid INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  _scope TEXT NOT NULL,
  _deleted INTEGER NOT NULL DEFAULT 0 CHECK (_deleted IN (0, 1)),
  "created_at" TEXT NOT NULL,
  "created_by" BLOB NOT NULL CHECK (length("created_by") = 16),
  "name" TEXT,
  "query" TEXT,
  "filters" TEXT CHECK ("filters" IS NULL OR json_valid("filters")),
  "sort" TEXT,
  "session_id" BLOB CHECK (length("session_id") = 16),
  "pinned" INTEGER CHECK ("pinned" IN (0, 1)),
  "position" TEXT,
  _stamps TEXT CHECK (_stamps IS NULL OR json_valid(_stamps)),
  _seq INTEGER,
  _ext TEXT CHECK (_ext IS NULL OR json_valid(_ext)),
  _redacted TEXT CHECK (_redacted IS NULL OR json_valid(_redacted)),
  _contested TEXT CHECK (_contested IS NULL OR json_valid(_contested))
) STRICT`,
];

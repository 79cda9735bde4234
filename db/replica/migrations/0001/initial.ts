import { indexStatements, systemStatements } from './system.ts';
import { searchSchemaStatements } from '../../search-schema.ts';
import { documentsTables } from './documents.ts';
import { elementsTables } from './elements.ts';
import { peopleTables } from './people.ts';
import { researchTables } from './research.ts';
import { searchesTables } from './searches.ts';

/** Version 1: the log, the tables of the catalogue, and what is derived from them for search. */
export const initial = {
  version: 1,
  name: 'initial',
  statements: [
    ...systemStatements,
    ...peopleTables,
    ...researchTables,
    ...documentsTables,
    ...elementsTables,
    ...searchesTables,
    ...indexStatements,
    ...searchSchemaStatements,
  ],
} as const;

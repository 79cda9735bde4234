import process from 'node:process';

import { openForReading } from '../db/replica/sqlite/open.ts';
import { localEmbedder } from '../main/search/embedding/local-embedder.ts';
import { SearchEngine } from '../main/search/service/search-engine.ts';

/** Opens a workspace, answers one hybrid query and ends: what the search bench times from outside. */
const [path = '', modelFolder = '', key = ''] = process.argv.slice(2);
const embedder = localEmbedder(modelFolder);
const db = openForReading({ path, dataKey: Buffer.from(key, 'hex') });
const answer = await new SearchEngine(db, [embedder]).search({
  query: 'ceba dice ',
  mode: 'hybrid',
  limit: 20,
});
process.exit(answer.notice === null ? 0 : 1);

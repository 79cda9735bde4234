import { afterAll, beforeAll } from 'vitest';
import { lackOfBinaries } from '../../sync/server/database/embedded/binaries.ts';
import { describeUnless } from './lacking.ts';
import { type TestPostgres, TestServer } from './postgres-server.ts';

export type { TestDatabase, TestPostgres } from './postgres-server.ts';

/**
 * `describe` with one real PostgreSQL for all of its tests: started before them in a folder and on a port of its own,
 * stopped and removed after them. Where none can run the tests are skipped, and the title says what is lacking.
 */
export function describeWithPostgres(title: string, define: (postgres: TestPostgres) => void): void {
  describeUnless(lackOfBinaries(), title, () => {
    const server = new TestServer();
    beforeAll(() => server.start());
    afterAll(() => server.stop());
    define(server);
  });
}

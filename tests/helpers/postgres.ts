import { afterAll, beforeAll, describe } from 'vitest';
import { lackOfBinaries } from '../../sync/server/database/embedded/binaries.ts';
import { type TestPostgres, TestServer } from './postgres-server.ts';

export type { TestDatabase, TestPostgres } from './postgres-server.ts';

/**
 * `describe` with one real PostgreSQL for all of its tests: started before them in a folder and on a port of its own,
 * stopped and removed after them. Where none can run the tests are skipped, and the title says what is lacking.
 */
export function describeWithPostgres(title: string, define: (postgres: TestPostgres) => void): void {
  const lack = lackOfBinaries();
  const shown = lack === null ? title : `${title} (skipped: ${lack})`;
  describe.skipIf(lack !== null)(`${shown}`, () => {
    const server = new TestServer();
    beforeAll(() => server.start());
    afterAll(() => server.stop());
    define(server);
  });
}

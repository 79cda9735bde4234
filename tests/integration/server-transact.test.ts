import { createServer, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { GatheringSocket } from '../../sync/server/database/gathering-socket.ts';
import { openPool, preparedSql, transact } from '../../sync/server/database/pool.ts';
import { describeWithPostgres } from '../helpers/postgres.ts';

describeWithPostgres('a transaction', (postgres) => {
  const begin = async () => {
    const pool = openPool({ url: (await postgres.database()).serverUrl, max: 1 });
    onTestFinished(() => pool.end());
    return pool;
  };

  test('that cannot begin says why, does nothing of its work, and leaves its connection to the next', async () => {
    const pool = await begin();
    const work = transact(pool, { tenantId: 'no\0text' }, (sql) =>
      sql.run("INSERT INTO governance.attempts VALUES ('x', 1)"),
    );
    await expect(work).rejects.toThrow('invalid byte sequence');
    const left = await transact(pool, {}, (sql) => sql.rows('SELECT key FROM governance.attempts'));
    expect(left).toEqual([]);
  });

  test('sends its beginning with what it asks first, and its end with what it asks last', async () => {
    const pool = await begin();
    await pool.query('SELECT 1');
    const sent = vi.spyOn(
      GatheringSocket.prototype as unknown as { _writev: (parts: readonly unknown[]) => void },
      '_writev',
    );
    onTestFinished(() => sent.mockRestore());
    const answer = await transact(pool, {}, (_sql, client, commit) => {
      const found = preparedSql(client).first<{ n: number }>('SELECT 1 AS n');
      commit();
      return found;
    });
    expect(answer).toEqual({ n: 1 });
    expect(sent).toHaveBeenCalledTimes(1);
  });
});

test('what is written in one go is sent in one go, in its order', async () => {
  const server = createServer((connection) => connection.pipe(connection));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const socket = new GatheringSocket();
  socket.connect((server.address() as AddressInfo).port, '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  const sent = vi.spyOn(socket as unknown as { _writev: () => void }, '_writev');
  let heard = '';
  socket.setEncoding('utf8').on('data', (part: string) => (heard += part));
  const flushed = Promise.withResolvers<void>();
  socket.write('one ');
  socket.write('two ', 'utf8');
  socket.write('three', () => flushed.resolve());
  await flushed.promise;
  expect(sent).toHaveBeenCalledTimes(1);
  socket.write(' four');
  await vi.waitFor(() => expect(heard).toBe('one two three four'));
  socket.destroy();
});

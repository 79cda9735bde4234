import { Agent, request } from 'node:http';
import { z } from 'zod';
import { signedInSchema } from '../sync/protocol/auth.ts';
import { pushAnswerSchema } from '../sync/protocol/messages.ts';
import { openDatabase } from '../sync/server/open-database.ts';
import { beginEpoch, PostgresStore } from '../sync/server/store/postgres-store.ts';
import { sentForm, TestLaptop, testEnvironment } from '../tests/helpers/feed.ts';
import { startSyncServer } from '../tests/helpers/sync-server.ts';

export const writers = 8;
export const rowsOfPush = 100;
export const pushesOfWriter = 100;
/** Before it is measured: the figure is of a server that is in use, whose code is compiled and whose statements are planned. */
const pushesBefore = 50;

interface Sent {
  readonly type: string;
  readonly body: string | Buffer;
}

/**
 * Transactions in a second of one organisation whose people push all at once to the server as `workbench server start` runs it on these
 * cores, each push signed in for itself. What laptops do is done before: the time is the server's.
 */
export async function tenantRate(): Promise<number> {
  const server = await startSyncServer({ processes: null });
  try {
    const email = 'ada@corran.example';
    const made = z
      .object({ password: z.string() })
      .parse(server.cli('create-user', email, '--tenant', 'corran'));
    const json = 'application/json';
    const signedIn = signedInSchema.parse(
      JSON.parse(
        await post(`${server.url}/v1/auth/sign-in`, {
          type: json,
          body: JSON.stringify({ email, password: made.password }),
        }),
      ),
    );
    const prepared = await prepare(server.data, { tenant: signedIn.tenant.id, user: signedIn.user.id });
    const pushAll = (of: readonly Sent[][]) =>
      Promise.all(
        of.map(async (pushes) => {
          const agent = new Agent({ keepAlive: true, maxSockets: 1 });
          for (const push of pushes) {
            const answer = await post(`${server.url}/v1/push`, push, signedIn.accessToken, agent);
            const { results } = pushAnswerSchema.parse(JSON.parse(answer));
            if (results.some(({ st }) => st !== 'applied')) throw new Error('A push was not applied.');
          }
          agent.destroy();
        }),
      );
    await pushAll(prepared.map((pushes) => pushes.slice(0, pushesBefore)));
    const began = performance.now();
    await pushAll(prepared.map((pushes) => pushes.slice(pushesBefore)));
    return (writers * pushesOfWriter * 1000) / (performance.now() - began);
  } finally {
    await server.stop();
  }
}

/** Pushes of new rows for each writer, in the form in which they are sent. */
async function prepare(
  data: string,
  principal: { readonly tenant: string; readonly user: string },
): Promise<Sent[][]> {
  const database = await openDatabase({ data }, { migrate: 'never' });
  try {
    const [store, environment] = [new PostgresStore(database.pool), testEnvironment()];
    const epoch = await beginEpoch(database.pool);
    const laptopOf = () => new TestLaptop(store, environment, principal, epoch);
    const { session, scope } = await laptopOf().makeSession();
    const summary = 'x'.repeat(2000);
    return Array.from({ length: writers }, () => {
      const writer = laptopOf();
      return Array.from({ length: pushesBefore + pushesOfWriter }, () => {
        const entries = Array.from({ length: rowsOfPush }, () =>
          writer.insert('evidence', scope, { session_id: session, title: 't', summary }),
        );
        const made = writer.request([writer.transaction(entries)]);
        writer.last += 1n;
        writer.hash = made.hash;
        const { type, body } = sentForm(made);
        return { type, body: Buffer.from(body) };
      });
    });
  } finally {
    await database.close();
  }
}

/** Answers with the text of the answer; over a connection that is kept where there is an agent. */
function post(url: string, { type, body }: Sent, token = '', agent: Agent | false = false): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': type,
      'content-length': Buffer.byteLength(body),
      authorization: `Bearer ${token}`,
    };
    const sent = request(url, { method: 'POST', agent, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.on('end', () => {
        if (answer.statusCode === 200) resolve(text);
        else reject(new Error(`The server answered ${answer.statusCode}: ${text}`));
      });
      answer.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

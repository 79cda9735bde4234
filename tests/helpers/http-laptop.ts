import { randomUUID } from 'node:crypto';
import { helloAnswerSchema, type PushAnswer, pushAnswerSchema } from '../../sync/protocol/messages.ts';
import type { PushRequest } from '../../sync/protocol/push-lines.ts';
import { greeting, sentForm, TestLaptop, testEnvironment } from './feed.ts';

const unused = {
  write: () => Promise.reject(new Error('this laptop speaks HTTP')),
  read: () => Promise.reject(new Error('this laptop speaks HTTP')),
};

interface Greeted {
  readonly url: string;
  readonly token: string;
  readonly client: string;
  readonly epoch: string;
  readonly user: string;
}

/** A laptop that pushes what a test tells it to, over HTTP to a whole server. */
export class HttpLaptop extends TestLaptop {
  readonly #url: string;
  readonly #token: string;

  private constructor({ url, token, client, epoch, user }: Greeted) {
    super(unused, testEnvironment(), { tenant: '', user }, epoch, client);
    this.#url = url;
    this.#token = token;
  }

  /** Greets by a key or an access token. */
  static async greet(url: string, token: string): Promise<HttpLaptop> {
    const client = randomUUID();
    const answer = await post(url, token, 'hello', greeting(client));
    const { epoch, scopes } = helloAnswerSchema.parse(await answer.json());
    const own = scopes.find(({ scope }) => scope.startsWith('user:'))?.scope ?? '';
    return new HttpLaptop({ url, token, client, epoch, user: own.slice('user:'.length) });
  }

  override async send(request: PushRequest): Promise<PushAnswer> {
    const answer = await post(this.#url, this.#token, 'push', request);
    if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
    return pushAnswerSchema.parse(await answer.json());
  }
}

function post(url: string, token: string, call: string, message: object): Promise<Response> {
  const { body, type } = sentForm(message);
  return fetch(`${url}/v1/${call}`, {
    method: 'POST',
    headers: { 'content-type': type, authorization: `Bearer ${token}` },
    body,
  });
}

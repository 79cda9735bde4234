import type { HelloAnswer } from '../protocol/messages.ts';
import { protocolVersion } from '../protocol/messages.ts';

/** What the parts of one cycle share. */
export interface Session {
  readonly client: string;
  readonly hello: HelloAnswer;
}

/** What every request but the greeting says of its sender. */
export function asked({ client, hello }: Session) {
  return { v: protocolVersion, client, epoch: hello.epoch } as const;
}

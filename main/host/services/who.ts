import { WorkbenchError } from '../../../preload/contract/errors.ts';
import { type AccountAnswer, accountAnswerSchema } from '../../../sync/protocol/people.ts';
import type { ServerConnection } from '../../outbound/server-connection.ts';

/** Who is signed in, as the status shows it. */
export interface ShownPerson {
  readonly tenant: string;
  readonly name: string;
  readonly role: string;
}

export function shownPerson({
  tenant,
  user,
  role,
}: Pick<AccountAnswer, 'tenant' | 'user' | 'role'>): ShownPerson {
  return { tenant: tenant.name, name: user.fullName ?? user.email, role };
}

/** Who is signed in, where the sign-in is older than this process. Null without an answer: nothing hangs on it, and it is asked again. */
export async function askWho(connection: ServerConnection): Promise<ShownPerson | null> {
  try {
    return shownPerson(await connection.ask(accountAnswerSchema, '/v1/account', null));
  } catch (error) {
    if (error instanceof WorkbenchError) return null;
    throw error;
  }
}

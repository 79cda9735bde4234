import { z } from 'zod';
import { invitationLink } from '../../../preload/contract/invitation-link.ts';
import { totpAnswerSchema } from '../../../sync/protocol/auth.ts';
import {
  accountAnswerSchema,
  auditAnswerSchema,
  createKeyAnswerSchema,
  inviteAnswerSchema,
  peopleAnswerSchema,
} from '../../../sync/protocol/people.ts';
import { removeCopy } from './remove-copy.ts';
import type { HostService } from '../rpc/service.ts';
import type { WorkspaceManager } from '../workspace/manager.ts';

/** The server's answer to what is only done. */
const nothing = z.object({});

/** One's own account and the people of the organisation. The server decides what each may do; nothing of it is kept here. */
export function peopleServices(manager: WorkspaceManager): Pick<HostService, 'account' | 'people'> {
  const sync = () => manager.session().sync;
  const ask = async <T>(schema: z.ZodType<T>, path: string, body: object | null): Promise<T> =>
    (await sync().signedIn()).ask(schema, path, body);
  const tell = async (path: string, body: object): Promise<void> => {
    await ask(nothing, path, body);
  };
  const secondFactor = '/v1/auth/totp';
  return {
    account: {
      get: () => ask(accountAnswerSchema, '/v1/account', null),
      changePassword: (input) => tell('/v1/auth/password', input),
      offerSecondFactor: ({ password }) => ask(totpAnswerSchema, secondFactor, { do: 'offer', password }),
      confirmSecondFactor: ({ code }) => tell(secondFactor, { do: 'confirm', code }),
      removeSecondFactor: (input) => tell(secondFactor, { do: 'remove', ...input }),
      renewRecoveryCodes: (input) => ask(totpAnswerSchema, secondFactor, { do: 'renew-codes', ...input }),
      createKey: (input) => ask(createKeyAnswerSchema, '/v1/keys/create', input),
      revokeKey: (input) => tell('/v1/keys/revoke', input),
      removeCopy: (input) => removeCopy(manager.session(), input),
      unsent: () => manager.session().data.lists.call('sync.unsent', undefined),
    },
    people: {
      list: () => ask(peopleAnswerSchema, '/v1/people', null),
      invite: async (input) => {
        const connection = await sync().signedIn();
        const { id, token, expiresAt } = await connection.ask(inviteAnswerSchema, '/v1/people/invite', input);
        return { id, link: invitationLink({ url: connection.server, token }), expiresAt };
      },
      withdrawInvitation: (input) => tell('/v1/people/withdraw-invitation', input),
      change: (input) => tell('/v1/people/change', input),
      changeDevice: (input) => tell('/v1/devices/change', input),
      audit: (input) => ask(auditAnswerSchema, '/v1/audit', input),
    },
  };
}

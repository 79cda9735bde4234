import { z } from 'zod';

const secret = z.string().min(1).max(256);
/** Of a second factor: six digits or a recovery code. */
const code = z.string().max(40).optional();

/**
 * How somebody signs in: by e-mail and password; by a key; by an invitation, with a new password or that of the account they have; or in
 * the browser through the organisation's identity provider, by the id of what `sync.beginInBrowser` began.
 */
export const credentialsSchema = z.union([
  z.strictObject({ email: z.string().min(3).max(320), password: secret, code }),
  z.strictObject({ key: secret }),
  z.strictObject({ invitation: secret, password: secret, code, fullName: z.string().max(200).optional() }),
  z.strictObject({ browser: z.uuid() }),
]);

export type SyncCredentials = z.infer<typeof credentialsSchema>;

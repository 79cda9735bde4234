import { WorkbenchError } from '../../../preload/contract/errors.ts';
import type { SyncCredentials } from '../../../preload/contract/credentials.ts';
import { registerDeviceAnswerSchema, type SignedInAnswer } from '../../../sync/protocol/auth.ts';
import type { ServerConnection, SignInWay } from '../../outbound/server-connection.ts';
import type { KnownDevice } from '../data/sync-account.ts';
import type { DataThreads } from '../data/threads.ts';
import type { BrowserSignIn } from './browser-sign-in.ts';

/** What a sign-in works with: the file, whether it is encrypted, and what was begun in a browser. */
export interface SignInParts {
  readonly data: DataThreads;
  readonly isProtected: boolean;
  readonly browser: BrowserSignIn;
}

export interface SignInWish {
  readonly server: string;
  readonly tenant: string | undefined;
  readonly credentials: SyncCredentials;
  /** What the person calls this laptop. */
  readonly device: string | undefined;
}

/**
 * Signs in, says which laptop this is, and enrols the file to the person. Where the file is somebody else's, or the organisation does
 * not admit it, the session ends at once: nothing is bound and nothing was sent.
 */
export async function signIn(
  connection: ServerConnection,
  parts: SignInParts,
  wish: SignInWish,
): Promise<SignedInAnswer> {
  const { data } = parts;
  const { principal } = await data.lists.call('sync.facts', undefined);
  if (principal !== null && 'invitation' in wish.credentials) {
    throw new WorkbenchError(
      'not-allowed',
      'This workspace belongs to a person on a server already. The invitation was not used. Accept it in a new workspace.',
    );
  }
  const { way, body } = await requestOf(parts, wish);
  const signedIn = await connection.signIn(way, body);
  const own = { tenant: signedIn.tenant.id, user: signedIn.user.id };
  try {
    await data.writer.call('sync.refuseOthers', own);
    const device = await register(connection, parts, wish.device);
    await data.writer.call('sync.enrol', { server: wish.server, ...own });
    await data.writer.call('sync.keepDevice', device);
    return { ...signedIn, deviceId: device.id };
  } catch (error) {
    await connection.signOut();
    throw error;
  }
}

async function requestOf(
  { browser }: SignInParts,
  { credentials, tenant }: SignInWish,
): Promise<{ way: SignInWay; body: object }> {
  const target = tenant === undefined ? {} : { tenant };
  if ('browser' in credentials) {
    return { way: 'oidc/finish', body: { ...(await browser.proof(credentials.browser)), ...target } };
  }
  if ('invitation' in credentials) {
    const { invitation: token, ...proof } = credentials;
    return { way: 'accept-invitation', body: { token, ...proof } };
  }
  return { way: 'sign-in', body: { ...credentials, ...target } };
}

/** Says which laptop this is: the one that it was before, under the name that it had, unless the person gives another. */
async function register(
  connection: ServerConnection,
  { data, isProtected }: SignInParts,
  given: string | undefined,
): Promise<KnownDevice> {
  const known = await data.lists.call('sync.device', undefined);
  const name = given ?? known?.name ?? kindOfLaptop();
  const { deviceId } = await connection.ask(registerDeviceAnswerSchema, '/v1/auth/register-device', {
    name,
    platform: process.platform,
    encrypted: isProtected,
    ...(known === null ? {} : { id: known.id }),
  });
  return { id: deviceId, name };
}

/** The machine's own name stays here: it often names its owner or its place. */
function kindOfLaptop(): string {
  const kinds: Partial<Record<NodeJS.Platform, string>> = { darwin: 'Mac', win32: 'Windows', linux: 'Linux' };
  return `${kinds[process.platform] ?? process.platform} laptop`;
}

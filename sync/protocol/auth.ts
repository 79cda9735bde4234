import { z } from 'zod';
import { idSchema } from './primitives.ts';

/**
 * The messages by which a laptop proves for whom it speaks. All are JSON; refusals are `errorAnswerSchema`. Times are in
 * milliseconds since 1970. After a sign-in every request carries `Authorization: Bearer <access token or key>`.
 */

const secret = z.string().min(1).max(256);
const email = z.string().min(3).max(320);
const slug = z.string().min(1).max(63);

/** What somebody may do in the organisation. */
export const tenantRoleSchema = z.enum(['owner', 'admin', 'analyst', 'viewer', 'api_client']);

/** A laptop as its person describes it. */
const device = z.strictObject({
  name: z.string().min(1).max(100),
  platform: z.string().max(40).optional(),
  encrypted: z.boolean(),
});

/** Which organisation, for those who are in several, and the laptop: described, or named where it is registered. */
const target = { tenant: slug.optional(), device: device.optional(), deviceId: idSchema.optional() };

/** POST /v1/auth/sign-in: by password, with a code where the person has a second factor, or by a key. */
export const signInRequestSchema = z.union([
  z.strictObject({ email, password: secret, code: z.string().max(40).optional(), ...target }),
  z.strictObject({ key: secret, ...target }),
]);

const tokens = {
  accessToken: z.string(),
  accessExpiresAt: z.number().int(),
  refreshToken: z.string(),
  refreshExpiresAt: z.number().int(),
};

/** Answer of every way to sign in. */
export const signedInSchema = z.strictObject({
  ...tokens,
  tenant: z.strictObject({ id: idSchema, slug, name: z.string() }),
  user: z.strictObject({ id: idSchema, email: z.string(), fullName: z.string().nullable() }),
  role: tenantRoleSchema,
  deviceId: idSchema.nullable(),
});

/** POST /v1/auth/refresh. The answer's refresh token takes the place of the one that was sent. */
export const refreshRequestSchema = z.strictObject({ refreshToken: z.string().min(1).max(300) });
export const refreshAnswerSchema = z.strictObject(tokens);

/** POST /v1/auth/sign-out: ends this session, or all of this person in the organisation. */
export const signOutRequestSchema = z.strictObject({ everywhere: z.boolean().default(false) });

/** POST /v1/auth/password. */
export const passwordRequestSchema = z.strictObject({ current: secret, next: secret });

/** POST /v1/auth/totp: offer a second factor, confirm it with its first code, remove it, or ask for new recovery codes. */
export const totpRequestSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('offer'), password: secret }),
  z.strictObject({ do: z.literal('confirm'), code: z.string().max(40) }),
  z.strictObject({ do: z.literal('remove'), password: secret, code: z.string().max(40) }),
  z.strictObject({ do: z.literal('renew-codes'), password: secret, code: z.string().max(40) }),
]);
export const totpAnswerSchema = z.strictObject({
  secret: z.string().optional(),
  address: z.string().optional(),
  recoveryCodes: z.array(z.string()).optional(),
});

/** POST /v1/auth/register-device: ties this sign-in to a laptop, to the one that it was before where it has an id here. */
export const registerDeviceRequestSchema = device.extend({ id: idSchema.optional() });
export const registerDeviceAnswerSchema = z.strictObject({ deviceId: idSchema });

/**
 * POST /v1/auth/accept-invitation: answered with `signedInSchema`. Who has an account proves it, with a code where there is a second
 * factor; for everybody else the password becomes theirs.
 */
export const acceptInvitationRequestSchema = z.strictObject({
  token: secret,
  password: secret,
  code: z.string().max(40).optional(),
  fullName: z.string().max(200).optional(),
  device: device.optional(),
});

/**
 * POST /v1/auth/oidc/start: the answer's address is opened in a browser. The browser comes back to `returnTo` on this very
 * machine with `?code=…`. `challenge` is the SHA-256 of a verifier, in base64url, that only this laptop knows.
 */
export const oidcStartRequestSchema = z.strictObject({
  returnTo: z.string().max(300),
  challenge: z.string().regex(/^[\w-]{43}$/),
});
export const oidcStartAnswerSchema = z.strictObject({ url: z.string() });

/** POST /v1/auth/oidc/finish: the code that came back and the verifier; answered with `signedInSchema`. */
export const oidcFinishRequestSchema = z.strictObject({ code: secret, verifier: secret, ...target });

export type SignInRequest = z.infer<typeof signInRequestSchema>;
export type SignedInAnswer = z.infer<typeof signedInSchema>;
export type RefreshAnswer = z.infer<typeof refreshAnswerSchema>;
export type AcceptInvitationRequest = z.infer<typeof acceptInvitationRequestSchema>;
export type OidcFinishRequest = z.infer<typeof oidcFinishRequestSchema>;
export type TotpRequest = z.infer<typeof totpRequestSchema>;
export type TenantRole = z.infer<typeof tenantRoleSchema>;

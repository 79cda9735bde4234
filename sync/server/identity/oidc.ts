import { createHash } from 'node:crypto';
import * as client from 'openid-client';
import { z } from 'zod';
import { transact } from '../database/pool.ts';
import { ServerError } from '../errors.ts';
import { actingAs, type Identity, type Origin } from './context.ts';
import { PendingSignIns } from './pending-sign-ins.ts';
import { newSecret, sameText } from './secrets.ts';

/** The issuer that this server trusts to say who somebody is. */
export interface OidcConfiguration {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Address of this server as browsers see it; `/v1/auth/oidc/callback` below it is registered with the issuer. */
  readonly publicUrl: string;
}

/** A sign-in that a laptop has begun: what the issuer's answer is checked against, and where the browser goes afterwards. */
const begunSchema = z.strictObject({
  nonce: z.string(),
  codeVerifier: z.string(),
  returnTo: z.string(),
  challenge: z.string(),
});
type Begun = z.infer<typeof begunSchema>;

/** A person who has come back and is fetched by the laptop that began. */
const provenSchema = z.strictObject({ userId: z.uuid(), challenge: z.string() });

/** What the issuer says of a person. */
interface Claims {
  readonly issuer: string;
  readonly subject: string;
  readonly email: unknown;
  readonly verified: unknown;
}

/**
 * OpenID Connect's authorization code flow with PKCE for laptops (RFC 8252): the browser ends at an address of the laptop
 * itself with a code that is good once, and only for who holds the verifier. A link that was sent to somebody else therefore
 * signs nobody in but them, on their own machine.
 */
export class OidcSignIn {
  readonly #identity: Identity;
  readonly #configuration: OidcConfiguration;
  readonly #pending: PendingSignIns;
  #discovered: Promise<client.Configuration> | null = null;

  constructor(identity: Identity, configuration: OidcConfiguration) {
    this.#identity = identity;
    this.#configuration = configuration;
    this.#pending = new PendingSignIns(identity);
  }

  /** Begins: the address that the person's browser is sent to. Throws `BAD_REQUEST` for a way back that is not the laptop's. */
  async start(wish: { readonly returnTo: string; readonly challenge: string }): Promise<string> {
    if (!isLoopback(wish.returnTo)) {
      throw new ServerError(
        'BAD_REQUEST',
        'A sign-in ends on the laptop where it began: at 127.0.0.1 or [::1].',
      );
    }
    const configuration = await this.#discover();
    const state = client.randomState();
    const begun: Begun = {
      returnTo: wish.returnTo,
      challenge: wish.challenge,
      nonce: client.randomNonce(),
      codeVerifier: client.randomPKCECodeVerifier(),
    };
    await this.#pending.keep('begun', state, begun);
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: this.#callbackUrl(),
      scope: 'openid email profile',
      state,
      nonce: begun.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(begun.codeVerifier),
      code_challenge_method: 'S256',
    });
    return url.href;
  }

  /** The issuer's answer, as the path and query that the browser came with. Answers with where the browser goes next. */
  async callback(pathAndQuery: string, origin: Origin): Promise<string> {
    const current = new URL(pathAndQuery, this.#configuration.publicUrl);
    const state = current.searchParams.get('state') ?? '';
    const taken = await this.#pending.take('begun', state);
    if (taken === null) throw tooLate();
    const begun = begunSchema.parse(taken);
    const claims = await this.#claims(current, state, begun);
    const userId = await this.#personOf(claims, origin);
    const code = newSecret();
    await this.#pending.keep('proven', code, { userId, challenge: begun.challenge });
    const back = new URL(begun.returnTo);
    back.searchParams.set('code', code);
    return back.href;
  }

  /** The person whom a code stands for, once. Throws `UNAUTHENTICATED` for a wrong verifier too. */
  async finish(code: string, verifier: string): Promise<string> {
    const taken = await this.#pending.take('proven', code);
    if (taken === null) throw tooLate();
    const proven = provenSchema.parse(taken);
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    if (!sameText(challenge, proven.challenge)) throw tooLate();
    return proven.userId;
  }

  async #claims(current: URL, state: string, begun: Begun): Promise<Claims> {
    try {
      const configuration = await this.#discover();
      const tokens = await client.authorizationCodeGrant(configuration, current, {
        expectedState: state,
        expectedNonce: begun.nonce,
        pkceCodeVerifier: begun.codeVerifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims !== undefined) {
        // Most issuers keep the address out of the token and tell it to who asks.
        const more =
          claims['email'] === undefined
            ? await client.fetchUserInfo(configuration, tokens.access_token, claims.sub)
            : claims;
        return { issuer: claims.iss, subject: claims.sub, email: more.email, verified: more.email_verified };
      }
    } catch (error) {
      throw new ServerError(
        'UNAUTHENTICATED',
        'The identity provider did not confirm the sign-in. Try again.',
        {},
        error,
      );
    }
    throw tooLate();
  }

  /** By issuer and subject; the first time by an address that the issuer has verified, which is then tied to the subject. */
  async #personOf(claims: Claims, origin: Origin): Promise<string> {
    const { pool } = this.#identity;
    const known = await pool.query<{ user_id: string }>('SELECT * FROM governance.find_identity($1, $2)', [
      claims.issuer,
      claims.subject,
    ]);
    const bound = known.rows[0]?.user_id;
    if (bound !== undefined) return bound;
    const email = claims.verified === true && typeof claims.email === 'string' ? claims.email : '';
    const found = await pool.query<{ user_id: string }>('SELECT user_id FROM governance.find_person($1)', [
      email,
    ]);
    const userId = found.rows[0]?.user_id;
    if (userId === undefined) {
      throw new ServerError(
        'FORBIDDEN',
        'Nobody is known here by the verified address of this account. Nothing was changed. Ask an administrator to add you.',
      );
    }
    await transact(pool, actingAs({ userId }, origin), (sql) =>
      sql.run(
        'INSERT INTO governance.external_identities (issuer, subject, user_id, email) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
        [claims.issuer, claims.subject, userId, email],
      ),
    );
    return userId;
  }

  /** Asked once; asked again where the issuer did not answer. Plain HTTP is taken from an issuer on this machine only. */
  #discover(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret } = this.#configuration;
    this.#discovered ??= client
      .discovery(new URL(issuer), clientId, clientSecret, undefined, {
        execute: isLoopback(issuer) ? [client.allowInsecureRequests] : [],
      })
      .catch((error: unknown) => {
        this.#discovered = null;
        throw new ServerError(
          'UNAVAILABLE',
          'The identity provider cannot be reached. Try again later.',
          {},
          error,
        );
      });
    return this.#discovered;
  }

  #callbackUrl(): string {
    return new URL('/v1/auth/oidc/callback', this.#configuration.publicUrl).href;
  }
}

function isLoopback(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'http:' && ['127.0.0.1', '[::1]'].includes(hostname);
}

function tooLate(): ServerError {
  return new ServerError('UNAUTHENTICATED', 'This sign-in took too long or was used already. Begin again.');
}

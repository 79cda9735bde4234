import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import { oidcStartAnswerSchema } from '../../../sync/protocol/auth.ts';
import type { ServerConnection } from '../../outbound/server-connection.ts';
import { openReturnPage, type ReturnPage } from '../http/return-page.ts';

interface Begun {
  readonly id: string;
  readonly verifier: string;
  readonly page: ReturnPage;
  readonly timer: NodeJS.Timeout;
}

/** The server forgets a sign-in that was begun after ten minutes, and so does the laptop. */
const patienceMs = 10 * 60_000;

/**
 * Sign-in through the organisation's identity provider: the browser goes there and comes back to this laptop with a code that is good
 * for who holds the verifier (PKCE, RFC 7636). One at a time; a new one takes the place of the last.
 */
export class BrowserSignIn {
  #begun: Begun | null = null;

  /** Begins: what to open in a browser, and the id by which the sign-in is waited for. */
  async begin(connection: ServerConnection): Promise<{ readonly id: string; readonly address: string }> {
    this.cancel();
    const verifier = randomBytes(32).toString('base64url');
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const page = await openReturnPage();
    try {
      const { url } = await connection.ask(
        oidcStartAnswerSchema,
        '/v1/auth/oidc/start',
        { returnTo: page.address, challenge },
        false,
      );
      const timer = setTimeout(() => this.cancel(), patienceMs);
      timer.unref();
      this.#begun = { id: randomUUID(), verifier, page, timer };
      return { id: this.#begun.id, address: browserAddress(url) };
    } catch (error) {
      page.close();
      if (error instanceof WorkbenchError && error.code === 'not-found') {
        throw new WorkbenchError(
          'not-found',
          'This server does not sign in through an identity provider. Use a password or a key.',
        );
      }
      throw error;
    }
  }

  /** Waits until the browser is back: the code and the verifier that it is good with. Throws `cancelled`. */
  async proof(id: string): Promise<{ readonly code: string; readonly verifier: string }> {
    const begun = this.#begun;
    if (begun?.id !== id) throw over();
    try {
      return { code: await begun.page.code, verifier: begun.verifier };
    } catch {
      throw over();
    } finally {
      if (this.#begun === begun) this.cancel();
    }
  }

  cancel(): void {
    if (this.#begun === null) return;
    clearTimeout(this.#begun.timer);
    this.#begun.page.close();
    this.#begun = null;
  }
}

/** A server may send a browser to a web page, and to nothing else. */
function browserAddress(url: string): string {
  if (URL.canParse(url) && ['https:', 'http:'].includes(new URL(url).protocol)) return url;
  throw new WorkbenchError('invalid-input', 'The server named no page to sign in at. Nothing was sent.');
}

function over(): WorkbenchError {
  return new WorkbenchError(
    'cancelled',
    'The sign-in in the browser is over. Nothing was changed. Begin again.',
  );
}

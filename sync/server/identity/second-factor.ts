import { randomInt } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { hashSecret, sameText } from './secrets.ts';

const period = 30;
const recoveryCodes = 10;
/** No letters or digits that look alike. */
const recoveryAlphabet = 'abcdefghjkmnpqrstuvwxyz23456789';

/** A second factor that a person is about to set up: the secret, the address for an authenticator, and recovery codes. */
export interface NewSecondFactor {
  readonly secret: string;
  /** `otpauth://` address, shown as a QR code. */
  readonly address: string;
  readonly recoveryCodes: readonly string[];
}

/** Makes a secret of 20 random bytes (RFC 4226, section 4) and ten recovery codes. */
export function newSecondFactor(email: string): NewSecondFactor {
  const secret = new Secret({ size: 20 });
  return {
    secret: secret.base32,
    address: totp(secret.base32, email).toString(),
    recoveryCodes: newRecoveryCodes(),
  };
}

/** Ten recovery codes, each good once. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: recoveryCodes }, recoveryCode);
}

/**
 * The time step that a code belongs to, or null where it is wrong. One step before and after is allowed for a clock that is
 * off; a step is used once only (RFC 6238, section 5.2), so `lastStep` and what was before it are refused.
 */
export function stepOfCode(
  secret: string,
  code: string,
  now: number,
  lastStep: number | null,
): number | null {
  if (!/^\d{6}$/.test(code)) return null;
  const delta = totp(secret).validate({ token: code, timestamp: now, window: 1 });
  if (delta === null) return null;
  const step = Math.floor(now / 1000 / period) + delta;
  return lastStep !== null && step <= lastStep ? null : step;
}

/** What is kept of a recovery code. */
export function hashRecoveryCode(code: string): string {
  return hashSecret(code.toLowerCase().replaceAll(/[^a-z0-9]/g, ''));
}

/** The hash among those kept that belongs to a code, or null. */
export function matchRecoveryCode(code: string, hashes: readonly string[]): string | null {
  const hash = hashRecoveryCode(code);
  return hashes.find((kept) => sameText(kept, hash)) ?? null;
}

function totp(secret: string, label = 'account'): TOTP {
  return new TOTP({ issuer: 'StratMaster Workbench', label, secret: Secret.fromBase32(secret), period });
}

function recoveryCode(): string {
  const part = () =>
    Array.from({ length: 5 }, () => recoveryAlphabet[randomInt(recoveryAlphabet.length)]).join('');
  return `${part()}-${part()}`;
}

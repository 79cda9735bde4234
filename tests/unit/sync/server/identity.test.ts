import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { hashPassword, isOutdated, verifyPassword } from '../../../../sync/server/identity/password.ts';
import { foreignRoles, roleMay } from '../../../../sync/server/identity/roles.ts';
import { tenantRoles } from '../../../../sync/server/identity/tenant-roles.ts';
import {
  hashRecoveryCode,
  newSecondFactor,
  stepOfCode,
} from '../../../../sync/server/identity/second-factor.ts';
import { seal, unseal } from '../../../../sync/server/identity/secrets.ts';

describe('passwords', () => {
  test('are hashed one after the other, and no more wait for it than can be served soon', async () => {
    const hash = await hashPassword('correct horse battery');
    const before = process.memoryUsage().external;
    let most = 0;
    const asked = Array.from({ length: 50 }, async () => {
      const matches = await verifyPassword('correct horse battery', hash);
      most = Math.max(most, process.memoryUsage().external - before);
      return matches;
    });
    const answers = await Promise.allSettled(asked);
    const refused = answers.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(10);
    for (const { reason } of refused as PromiseRejectedResult[])
      expect(reason).toMatchObject({ code: 'BUSY' });
    expect(answers.filter((each) => each.status === 'fulfilled' && each.value)).toHaveLength(40);
    // Forty at once would hold 760 MiB; what the collector has not come to yet is some of those before.
    expect(most / 2 ** 20).toBeLessThan(400);
    expect(await verifyPassword('correct horse battery', hash)).toBe(true);
  });

  test('are kept as argon2id with a salt of their own, and told apart', async () => {
    const [first, second] = [
      await hashPassword('correct horse battery'),
      await hashPassword('correct horse battery'),
    ];
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(first).not.toBe(second);
    expect(await verifyPassword('correct horse battery', first)).toBe(true);
    expect(await verifyPassword('correct horse batterx', first)).toBe(false);
    expect(await verifyPassword('anything', null)).toBe(false);
    expect(
      await verifyPassword(
        'Cafe\u0301 by the old harbour',
        await hashPassword('Caf\u00E9 by the old harbour'),
      ),
    ).toBe(true);
  });

  test('of an older cost are known as such', async () => {
    expect(isOutdated(await hashPassword('correct horse battery'))).toBe(false);
    expect(isOutdated('$argon2id$v=19$m=4096,t=1,p=1$c2FsdA$aGFzaA')).toBe(true);
  });
});

describe('second factors', () => {
  // RFC 6238, appendix B, truncated to six digits: SHA-1 and the secret "12345678901234567890".
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  test.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_234_567_890, '005924'],
    [20_000_000_000, '353130'],
  ])('at %i s the code is %s', (seconds, code) => {
    expect(stepOfCode(secret, code, seconds * 1000, null)).toBe(Math.floor(seconds / 30));
  });

  test('one step aside is allowed, two are not, and a spent step is refused', () => {
    const at = (seconds: number, last: number | null = null) =>
      stepOfCode(secret, '287082', seconds * 1000, last);
    expect([at(29), at(59), at(89)]).toEqual([1, 1, 1]);
    expect([at(120), at(59, 1), at(59, 2)]).toEqual([null, null, null]);
    expect(stepOfCode(secret, '28708x', 59_000, null)).toBeNull();
  });

  test('recovery codes are many, differ, and are read however they are typed', () => {
    const { recoveryCodes } = newSecondFactor('a@b.example');
    expect(new Set(recoveryCodes).size).toBe(10);
    const [code = ''] = recoveryCodes;
    expect(hashRecoveryCode(` ${code.replace('-', ' ').toUpperCase()} `)).toBe(hashRecoveryCode(code));
  });
});

describe('sealed texts', () => {
  test('open with their key in their place only', () => {
    const key = randomBytes(32);
    const sealed = seal(key, 'here', 'the secret');
    expect(sealed).not.toContain('the secret');
    expect(unseal(key, 'here', sealed)).toBe('the secret');
    expect(() => unseal(key, 'there', sealed)).toThrow();
    expect(() => unseal(randomBytes(32), 'here', sealed)).toThrow();
    expect(() => unseal(key, 'here', `${sealed.slice(0, -4)}AAAA`)).toThrow();
  });
});

describe('roles', () => {
  test('the roles of other systems stand for ones of ours; only owners own', () => {
    for (const { tenant } of Object.values(foreignRoles)) expect(tenantRoles).toContain(tenant);
    expect(tenantRoles.filter((role) => roleMay(role, 'own'))).toEqual(['owner']);
    expect(tenantRoles.filter((role) => !roleMay(role, 'write'))).toEqual(['viewer']);
  });
});

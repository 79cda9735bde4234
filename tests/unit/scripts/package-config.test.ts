import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '..', '..', '..');
const config = readFileSync(path.join(root, 'electron-builder.yml'), 'utf8');

test.each([
  ['runAsNode', false],
  ['enableCookieEncryption', true],
  ['enableNodeOptionsEnvironmentVariable', false],
  ['enableNodeCliInspectArguments', false],
  ['enableEmbeddedAsarIntegrityValidation', true],
  ['onlyLoadAppFromAsar', true],
  ['grantFileProtocolExtraPrivileges', false],
])('the fuse %s is %s', (fuse, value) => {
  expect(config).toContain(`  ${fuse}: ${String(value)}\n`);
});

test('native modules lie outside the archive, and the shell inside it', () => {
  const unpacked = config.slice(config.indexOf('asarUnpack:'), config.indexOf('extraResources:'));
  expect(unpacked).toContain('- node_modules/**');
  expect(unpacked).not.toContain('dist/electron');
});

import { spawn } from 'node:child_process';
import path from 'node:path';
import { projectRoot } from './project-root.ts';

/**
 * `npm run dev`: a host in browser mode, and Vite's server in front of it, which reloads the renderer as it changes.
 * Options after `--` go to the host (`--workspace DIR`, `--port N`).
 */
function main(args: readonly string[]): void {
  const host = spawn(process.execPath, ['main/cli/index.ts', 'serve', '--no-open', ...args], {
    cwd: projectRoot,
    stdio: ['inherit', 'pipe', 'inherit'],
  });
  process.once('exit', () => host.kill());
  host.on('exit', (code) => process.exit(code ?? 1));
  let said = '';
  host.stdout.on('data', function readAddress(part: Buffer) {
    said += part.toString('utf8');
    const address = /http:\/\/127\.0\.0\.1:\d+\/\S*/.exec(said)?.[0];
    if (address === undefined) return;
    host.stdout.off('data', readAddress);
    startVite(new URL(address));
  });
}

function startVite(address: URL): void {
  process.stdout.write(`The host runs at ${address.href}\n`);
  const vite = spawn(
    process.execPath,
    [path.join('node_modules', 'vite', 'bin', 'vite.js'), '--host', '127.0.0.1'],
    {
      cwd: projectRoot,
      stdio: 'inherit',
      env: { ...process.env, WORKBENCH_HOST: address.origin },
    },
  );
  process.once('exit', () => vite.kill());
  vite.on('exit', (code) => process.exit(code ?? 1));
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(0));
main(process.argv.slice(2));

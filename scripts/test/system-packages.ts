import { runChild } from '../child.ts';
import { findProgram } from '../find-program.ts';

/**
 * Installs Debian packages where that is possible: apt-get is there, and this is root or may become it without a
 * password. False where it is not, or where the installation failed.
 */
export async function installSystemPackages(names: readonly string[]): Promise<boolean> {
  const apt = findProgram(['apt-get']);
  if (apt === undefined) return false;
  const sudo = process.getuid?.() === 0 ? [] : sudoCommand();
  if (sudo === undefined) return false;
  process.stdout.write(`Installing ${names.join(', ')} by apt-get …\n`);
  const install = async (): Promise<boolean> => {
    const command = [...sudo, apt, 'install', '-y', '--no-install-recommends', ...names];
    return (await run(command)).code === 0;
  };
  if (await install()) return true;
  await run([...sudo, apt, 'update']);
  return await install();
}

function sudoCommand(): string[] | undefined {
  const sudo = findProgram(['sudo']);
  return sudo === undefined ? undefined : [sudo, '-n'];
}

function run(command: readonly string[]): ReturnType<typeof runChild> {
  const [program = '', ...args] = command;
  return runChild(program, args, {
    env: { DEBIAN_FRONTEND: 'noninteractive' },
    milliseconds: 180_000,
    output: 'capture',
  });
}

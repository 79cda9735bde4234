import { utilityProcess } from 'electron';
import { hostToShellSchema } from '../../../preload/contract/shell.ts';
import type { HostQuestions, ShellHost } from './shell-host.ts';

/** Starts the host in a utility process. Each window's port goes straight to it; the shell sees none of the traffic. */
export function startUtilityHost(entry: string, args: readonly string[], answer: HostQuestions): ShellHost {
  const child = utilityProcess.fork(entry, [...args], { serviceName: 'Workbench host', stdio: 'inherit' });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const ready = new Promise<void>((resolve, reject) => {
    child.on('message', (raw: unknown) => {
      const parsed = hostToShellSchema.safeParse(raw);
      if (!parsed.success) return;
      if (parsed.data.kind === 'ready') resolve();
      if (parsed.data.kind === 'failed') reject(new Error(parsed.data.message));
      const reply = answer(parsed.data);
      if (reply !== null) child.postMessage(reply);
    });
    void gone.then(() => reject(new Error('The host ended before it was ready.')));
  });
  return {
    ready,
    gone,
    serve: (port) => child.postMessage({ kind: 'port' }, [port]),
    stop: async () => {
      child.postMessage({ kind: 'stop' });
      const timer = setTimeout(() => child.kill(), 8000);
      await gone;
      clearTimeout(timer);
    },
  };
}

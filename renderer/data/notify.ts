import { bridge } from './bridge.ts';

/** Whether notices of the system can be shown: at once, after asking a person, or not at all. */
export function canNotify(): 'yes' | 'ask' | 'no' {
  if (bridge()?.notify !== undefined) return 'yes';
  if (!('Notification' in window)) return 'no';
  const answers = { granted: 'yes', default: 'ask', denied: 'no' } as const;
  return answers[Notification.permission];
}

/** Asks a person, by the browser's own question; only after a press. */
export async function askToNotify(): Promise<void> {
  await Notification.requestPermission();
}

/** Shows a notice of the system; a click on it brings the window forward. */
export function notify(title: string, body: string): void {
  const shell = bridge();
  if (shell?.notify !== undefined) {
    void shell.notify(title.slice(0, 120), body.slice(0, 300));
    return;
  }
  new Notification(title, { body, silent: true }).onclick = () => window.focus();
}

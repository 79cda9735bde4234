import type { Notification as ElectronNotification } from 'electron';

/** The part of Electron's notifications that is used here. */
export interface NotificationMaker {
  isSupported(): boolean;
  new (options: { title: string; body: string; silent: boolean }): Pick<ElectronNotification, 'on' | 'show'>;
}

/** Shows a notice of the system, without a sound; a click on it brings the window forward. Nothing where the system has none. */
export function showNotice(
  Notification: NotificationMaker,
  title: string,
  body: string,
  onClick: () => void,
): void {
  if (!Notification.isSupported()) return;
  const notice = new Notification({ title, body, silent: true });
  notice.on('click', onClick);
  notice.show();
}

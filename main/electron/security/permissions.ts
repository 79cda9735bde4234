import type { Session } from 'electron';

/** The one permission that the application uses: writing text that a person copies. */
const ALLOWED: ReadonlySet<string> = new Set(['clipboard-sanitized-write']);

/**
 * Denies every permission but writing to the clipboard, when it is requested and when it is checked, and every device.
 * Electron grants whatever no handler refuses.
 */
export function denyPermissions(
  session: Pick<
    Session,
    'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler'
  >,
  appOrigin: string,
): void {
  session.setPermissionRequestHandler((contents, permission, answer) => {
    answer(ALLOWED.has(permission) && contents.getURL().startsWith(`${appOrigin}/`));
  });
  session.setPermissionCheckHandler(
    (_contents, permission, origin) => ALLOWED.has(permission) && origin.replace(/\/$/, '') === appOrigin,
  );
  session.setDevicePermissionHandler(() => false);
}

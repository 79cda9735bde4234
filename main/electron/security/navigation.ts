import type { Event, WebContents, WindowOpenHandlerResponse } from 'electron';

/** What of a page's contents the guard listens to: strict enough to be stood in for by a test. */
export interface GuardedContents {
  on: WebContents['on'];
  setWindowOpenHandler: WebContents['setWindowOpenHandler'];
}

/**
 * Keeps a page where it is. The application is one page that never navigates, so every navigation of it or of a frame,
 * every redirect, every new window and every webview is denied; a link to the outside goes to `openLink`, which decides
 * by its own list. Frames may show `blob:` snapshots, which the page itself makes.
 */
export function guardNavigation(contents: GuardedContents, openLink: (url: string) => void): void {
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => {
    if (event.isMainFrame || !event.url.startsWith('blob:')) event.preventDefault();
  });
  contents.on('will-attach-webview', (event: Event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }): WindowOpenHandlerResponse => {
    openLink(url);
    return { action: 'deny' };
  });
}

import {
  Button as AriaButton,
  UNSTABLE_Toast as Toast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from 'react-aria-components';
import { common } from '../messages/common.ts';
import { Keys } from './keys.tsx';

/** What a toast says, and the verb it offers. */
export interface ToastMessage {
  readonly text: string;
  readonly verb?: { readonly title: string; readonly keys?: string; readonly run: () => void };
}

const shownFor = 10_000;
const queue = new ToastQueue<ToastMessage>({ maxVisibleToasts: 1 });

/** Shows a message for ten seconds, paused under the pointer or the focus. A new one takes the place of the old. */
export function showToast(message: ToastMessage): void {
  for (const shown of queue.visibleToasts) queue.close(shown.key);
  queue.add(message, { timeout: shownFor });
}

/** Where toasts stand: bottom left, one at a time. */
export function Toasts() {
  return (
    <ToastRegion queue={queue} className="toasts" aria-label={common.messages}>
      {({ toast }) => (
        <Toast toast={toast} className="toast float">
          <ToastContent className="toast-text">
            <span>{toast.content.text}</span>
          </ToastContent>
          {toast.content.verb === undefined ? null : (
            <AriaButton
              className="button bare"
              onPress={() => {
                toast.content.verb?.run();
                queue.close(toast.key);
              }}
            >
              {toast.content.verb.title}
              {toast.content.verb.keys === undefined ? null : <Keys combination={toast.content.verb.keys} />}
            </AriaButton>
          )}
        </Toast>
      )}
    </ToastRegion>
  );
}

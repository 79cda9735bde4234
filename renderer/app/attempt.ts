import { failureOf } from '../data/failure.ts';
import { showToast } from '../ui/toasts.tsx';

/** Says in a notice why what was asked of the host failed, and what to do next. */
export function sayFailure(thrown: unknown): void {
  showToast({ text: failureOf(thrown).message });
}

/** Waits for what is asked of the host, one call or several, and says it where it failed. True where it was done. */
export async function attempt(act: Promise<unknown> | (() => Promise<unknown>)): Promise<boolean> {
  try {
    await (typeof act === 'function' ? act() : act);
    return true;
  } catch (thrown) {
    sayFailure(thrown);
    return false;
  }
}

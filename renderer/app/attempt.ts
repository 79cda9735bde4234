import { failureOf } from '../data/failure.ts';
import { showToast } from '../ui/toasts.tsx';

/** Waits for what was asked of the host and says it where it failed. True where it was done. */
export async function attempt(act: Promise<unknown>): Promise<boolean> {
  try {
    await act;
    return true;
  } catch (thrown) {
    showToast({ text: failureOf(thrown).message });
    return false;
  }
}

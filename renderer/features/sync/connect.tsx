import type { SyncStatus } from '../../../preload/contract/sync.ts';
import { SignInForm } from './sign-in-form.tsx';

/** The way from a laptop on its own to one that syncs. */
export function Connect({ status }: { status: SyncStatus }) {
  return (
    <div className="scroll">
      <SignInForm server={status.server} />
    </div>
  );
}

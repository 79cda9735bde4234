import { createStore, useStore } from '../../data/store.ts';
import { welcome } from '../../messages/welcome.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';

const shown = createStore<string | null>(null);

/**
 * Shows a recovery key, this once. It outlives whatever asked for it: a workspace that is made or encrypted is opened anew, and every
 * screen with it.
 */
export function showRecoveryKey(value: string): void {
  shown.set(value);
}

/** Shows recovery keys over whatever the window shows, until the person says that they are written down. */
export function RecoveryKeyHost() {
  const value = useStore(shown);
  if (value === null) return null;
  const close = (): void => shown.set(null);
  return (
    <Dialog
      alert
      title={welcome.recoveryTitle}
      onClose={close}
      actions={
        <Button look="primary" onPress={close}>
          {welcome.recoveryDone}
        </Button>
      }
    >
      <p>{welcome.recoveryLead}</p>
      <p className="mono recovery-key">{value}</p>
    </Dialog>
  );
}

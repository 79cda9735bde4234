import { welcome } from '../../messages/welcome.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';

/** Shows a recovery key once. */
export function RecoveryKey({ value, onClose }: { value: string; onClose: () => void }) {
  return (
    <Dialog
      alert
      title={welcome.recoveryTitle}
      onClose={onClose}
      actions={
        <Button look="primary" onPress={onClose}>
          {welcome.recoveryDone}
        </Button>
      }
    >
      <p>{welcome.recoveryLead}</p>
      <p className="mono recovery-key">{value}</p>
    </Dialog>
  );
}

import { accountWords } from '../../messages/account.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { showToast } from '../../ui/toasts.tsx';

/** A secret that is shown this once, to be copied. It is kept nowhere. */
export function ShownOnce({
  title,
  lead,
  secret,
  copy,
  onClose,
}: {
  title: string;
  lead: string;
  secret: string;
  /** The verb that copies it. */
  copy: string;
  onClose: () => void;
}) {
  return (
    <Dialog
      title={title}
      alert
      onClose={onClose}
      actions={
        <>
          <Button
            onPress={() =>
              void navigator.clipboard.writeText(secret).then(() => showToast({ text: accountWords.copied }))
            }
          >
            {copy}
          </Button>
          <Button look="primary" onPress={onClose}>
            {accountWords.done}
          </Button>
        </>
      }
    >
      <p>{lead}</p>
      <p className="secret mono">{secret}</p>
    </Dialog>
  );
}

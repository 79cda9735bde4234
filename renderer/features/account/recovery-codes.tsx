import { accountWords } from '../../messages/account.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { showToast } from '../../ui/toasts.tsx';

/** Recovery codes, shown this once. */
export function RecoveryCodes({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const copy = (): void => {
    void navigator.clipboard.writeText(codes.join('\n')).then(() => showToast({ text: accountWords.copied }));
  };
  return (
    <Dialog
      title={accountWords.codesTitle}
      alert
      onClose={onClose}
      actions={
        <>
          <Button onPress={copy}>{accountWords.copyCodes}</Button>
          <Button look="primary" onPress={onClose}>
            {accountWords.kept}
          </Button>
        </>
      }
    >
      <p>{accountWords.codesLead}</p>
      <ul className="recovery-codes mono" aria-label={accountWords.codesTitle}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
    </Dialog>
  );
}

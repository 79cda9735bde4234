import { accountWords } from '../../messages/account.ts';
import { common } from '../../messages/common.ts';
import { Button } from '../../ui/button.tsx';

/** The sign-in page of the organisation is open in a browser; the form waits for the way back. */
export function BrowserWait({ address, onCancel }: { address: string; onCancel: () => void }) {
  return (
    <section className="form section connect-form">
      <p role="status">{accountWords.browserWaits}</p>
      <div className="acts">
        <a className="button" href={address} target="_blank" rel="noopener noreferrer">
          {accountWords.browserAgain}
        </a>
        <Button onPress={onCancel}>{common.cancel}</Button>
      </div>
    </section>
  );
}

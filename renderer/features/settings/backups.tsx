import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { settingsWords } from '../../messages/screens.ts';
import { Button } from '../../ui/button.tsx';
import { showToast } from '../../ui/toasts.tsx';
import { sizeText } from '../../ui/units.ts';
import { useAction } from '../../app/use-action.ts';

/** Backups of the open workspace: made daily, verified by opening. */
export function Backups() {
  const client = useClient();
  const backups = useQuery(queries.backups).data ?? [];
  const { busy, run } = useAction('backups');
  async function verify(file: string): Promise<void> {
    const answer = await client.backups.verify({ file });
    showToast({ text: answer.ok ? settingsWords.verified : answer.problems.join(' ') });
  }
  return (
    <div className="form section">
      <div className="acts">
        <Button disabled={busy} onPress={() => run(() => client.backups.create({}))}>
          {settingsWords.backupNow}
        </Button>
      </div>
      {backups.length === 0 ? <p className="dim">{settingsWords.noBackups}</p> : null}
      {backups.map((backup) => (
        <div key={backup.file} className="row item">
          <span className="grow">
            <span className="item-title">{new Date(backup.at).toLocaleString()}</span>
            <span className="item-sub mono-small">{backup.file}</span>
          </span>
          <span className="num">{sizeText(backup.bytes)}</span>
          <Button disabled={busy} onPress={() => run(() => verify(backup.file))}>
            {settingsWords.verify}
          </Button>
        </div>
      ))}
    </div>
  );
}

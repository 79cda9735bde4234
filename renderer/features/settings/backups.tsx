import { useState } from 'react';
import { sayFailure } from '../../app/attempt.ts';
import { useAction } from '../../app/use-action.ts';
import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { backupWords } from '../../messages/backups.ts';
import { settingsWords } from '../../messages/screens.ts';
import { Button } from '../../ui/button.tsx';
import { showToast } from '../../ui/toasts.tsx';
import { sizeText } from '../../ui/units.ts';
import { Writes } from '../../ui/writes.tsx';
import { RestoreDialog } from './restore-dialog.tsx';

/** Backups of the open workspace: made daily, verified by opening, and restored into a new one. */
export function Backups() {
  const client = useClient();
  const backups = useQuery(queries.backups).data ?? [];
  const name = useQuery(queries.workspace).data?.workspace?.name ?? '';
  const { busy, run } = useAction('backups');
  const [restoring, setRestoring] = useState<{ file: string; into: string }>();
  async function verify(file: string): Promise<void> {
    const answer = await client.backups.verify({ file });
    showToast({ text: answer.ok ? settingsWords.verified : answer.problems.join(' ') });
  }
  const restore = (file: string): void =>
    void client.workspaces
      .suggestPath({ name })
      .then(({ path }) => setRestoring({ file, into: path }), sayFailure);
  return (
    <>
      <div className="acts">
        <Writes>
          <Button disabled={busy} onPress={() => run(() => client.backups.create({}))}>
            {settingsWords.backupNow}
          </Button>
        </Writes>
        <Button onPress={() => restore('')}>{backupWords.restoreOther}</Button>
      </div>
      {backups.length === 0 ? <p className="dim">{settingsWords.noBackups}</p> : null}
      {backups.map((backup) => (
        <div key={backup.file} className="row item">
          <span className="grow">
            <span className="item-title">{new Date(backup.at).toLocaleString()}</span>
            <span className="item-sub mono-small">{backup.file}</span>
          </span>
          <span className="num">{sizeText(backup.bytes)}</span>
          <Writes>
            <Button disabled={busy} onPress={() => run(() => verify(backup.file))}>
              {settingsWords.verify}
            </Button>
          </Writes>
          <Button onPress={() => restore(backup.file)}>{backupWords.restore}</Button>
        </div>
      ))}
      {restoring === undefined ? null : (
        <RestoreDialog {...restoring} onClose={() => setRestoring(undefined)} />
      )}
    </>
  );
}

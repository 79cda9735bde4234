import { useState } from 'react';
import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { workspaceWords } from '../../messages/workspaces.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox, TextField } from '../../ui/fields.tsx';
import { useAction } from '../../app/use-action.ts';

/** How long the trash keeps things, and whether a backup is made each day. */
export function Retention() {
  const client = useClient();
  const settings = useQuery(queries.settings).data;
  const { run } = useAction('settings');
  const [days, setDays] = useState<string>();
  if (settings === undefined) return null;
  const shown = days ?? String(settings.trashDays);
  const isDays = /^\d{1,4}$/.test(shown) && Number(shown) >= 1 && Number(shown) <= 3650;
  return (
    <>
      <TextField label={workspaceWords.trashDays} value={shown} onChange={setDays} />
      <div className="row">
        <Checkbox
          label={workspaceWords.dailyBackup}
          on={settings.dailyBackup}
          onChange={(dailyBackup) => run(() => client.settings.set({ dailyBackup }))}
        />
        <span>{workspaceWords.dailyBackup}</span>
      </div>
      <div className="acts">
        <Button
          disabled={!isDays || Number(shown) === settings.trashDays}
          onPress={() => run(() => client.settings.set({ trashDays: Number(shown) }), workspaceWords.saved)}
        >
          {workspaceWords.save}
        </Button>
      </div>
    </>
  );
}

import { type ReactNode, useState } from 'react';
import { bridge } from '../../data/bridge.ts';
import { askToNotify, canNotify } from '../../data/notify.ts';
import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { settingsWords } from '../../messages/screens.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox, Segments } from '../../ui/fields.tsx';
import { Keys } from '../../ui/keys.tsx';
import { useAction } from '../../app/use-action.ts';

function choices<T extends string>(named: Readonly<Record<T, string>>) {
  return (Object.keys(named) as T[]).map((id) => ({ id, title: named[id] }));
}

function Setting({ label, children, note }: { label: string; children: ReactNode; note?: ReactNode }) {
  return (
    <div className="setting">
      <p className="form-label">{label}</p>
      <div className="row">{children}</div>
      {note === undefined ? null : <p className="form-hint">{note}</p>}
    </div>
  );
}

/** Theme, contrast, motion and size, each as the system has it unless it is set; keys and notices. */
export function Appearance() {
  const client = useClient();
  const settings = useQuery(queries.settings).data;
  const { run } = useAction('settings');
  const [notices, setNotices] = useState(canNotify);
  if (settings === undefined) return null;
  const set = (change: Partial<typeof settings>) => run(() => client.settings.set(change));
  const w = settingsWords;
  return (
    <>
      <Setting label={w.theme}>
        <Segments
          label={w.theme}
          choices={choices(w.themes)}
          value={settings.theme}
          onChange={(theme) => set({ theme })}
        />
      </Setting>
      <Setting label={w.contrast}>
        <Segments
          label={w.contrast}
          choices={choices(w.contrasts)}
          value={settings.contrast}
          onChange={(contrast) => set({ contrast })}
        />
      </Setting>
      <Setting label={w.motion}>
        <Segments
          label={w.motion}
          choices={choices(w.motions)}
          value={settings.reducedMotion}
          onChange={(reducedMotion) => set({ reducedMotion })}
        />
      </Setting>
      <Setting label={w.size} note={bridge()?.zoom === undefined ? w.sizeInBrowser : w.sizeKept}>
        <Keys combination="$mod+Equal" />
        <Keys combination="$mod+Minus" />
        <Keys combination="$mod+Digit0" />
      </Setting>
      <Setting label={w.keys}>
        <Checkbox on={settings.singleKeys} onChange={(singleKeys) => set({ singleKeys })}>
          {w.singleKeys}
        </Checkbox>
      </Setting>
      <Setting label={w.notices} note={notices === 'no' ? w.noticesDenied : undefined}>
        <Checkbox on={settings.notifies} onChange={(notifies) => set({ notifies })}>
          {w.notifies}
        </Checkbox>
        {settings.notifies && notices === 'ask' ? (
          <Button onPress={() => void askToNotify().then(() => setNotices(canNotify()))}>
            {w.allowNotices}
          </Button>
        ) : null}
      </Setting>
    </>
  );
}

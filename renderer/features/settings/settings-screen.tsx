import { useState } from 'react';
import { settingsWords } from '../../messages/screens.ts';
import { Tabs } from '../../ui/tabs.tsx';
import { Writes } from '../../ui/writes.tsx';
import { Appearance } from './appearance.tsx';
import { Backups } from './backups.tsx';
import { Data } from './data.tsx';
import { Encryption } from './encryption.tsx';
import { ModelSettings } from './model.tsx';
import { Privacy } from './privacy.tsx';

/** Everything that can be set, in parts. */
export default function SettingsScreen() {
  const [current, setCurrent] = useState('appearance');
  const { parts } = settingsWords;
  return (
    <main className="screen" data-pane="main" tabIndex={-1}>
      <header className="screen-head">
        <h1>{settingsWords.title}</h1>
      </header>
      <Tabs
        label={settingsWords.title}
        current={current}
        onChange={setCurrent}
        parts={[
          {
            id: 'appearance',
            title: parts.appearance,
            content: (
              <Writes>
                <Appearance />
              </Writes>
            ),
          },
          {
            id: 'model',
            title: parts.model,
            content: (
              <Writes>
                <ModelSettings />
              </Writes>
            ),
          },
          {
            id: 'encryption',
            title: parts.encryption,
            content: (
              <Writes>
                <Encryption />
              </Writes>
            ),
          },
          {
            id: 'privacy',
            title: parts.privacy,
            content: (
              <Writes>
                <Privacy />
              </Writes>
            ),
          },
          {
            id: 'backups',
            title: parts.backups,
            content: <Backups />,
          },
          { id: 'data', title: parts.data, content: <Data /> },
        ]}
      />
    </main>
  );
}

import type { ReactNode } from 'react';
import { go } from '../../app/location.ts';
import { settingsWords } from '../../messages/screens.ts';
import { syncWords } from '../../messages/sync.ts';
import { Tabs } from '../../ui/tabs.tsx';
import { Writes } from '../../ui/writes.tsx';
import { Receipts } from '../sync/receipts.tsx';
import { Appearance } from './appearance.tsx';
import { Backups } from './backups.tsx';
import { Data } from './data.tsx';
import { Encryption } from './encryption.tsx';
import { ModelSettings } from './model.tsx';
import { Privacy } from './privacy.tsx';

const { parts: titles } = settingsWords;

const parts: readonly { readonly id: string; readonly title: string; readonly content: ReactNode }[] = [
  { id: 'appearance', title: titles.appearance, content: <Form of={<Appearance />} writes /> },
  { id: 'model', title: titles.model, content: <Form of={<ModelSettings />} writes /> },
  { id: 'encryption', title: titles.encryption, content: <Form of={<Encryption />} writes /> },
  { id: 'privacy', title: titles.privacy, content: <Form of={<Privacy />} writes /> },
  { id: 'receipts', title: syncWords.parts.receipts, content: <Receipts /> },
  { id: 'backups', title: titles.backups, content: <Form of={<Backups />} /> },
  { id: 'data', title: titles.data, content: <Form of={<Data />} /> },
];

/** Everything that can be set, in parts that an address can name. */
export default function SettingsScreen({ part }: { part: string | null }) {
  const current = parts.find(({ id }) => id === part)?.id ?? 'appearance';
  return (
    <main className="screen" data-pane="main" tabIndex={-1}>
      <header className="screen-head">
        <h1>{settingsWords.title}</h1>
      </header>
      <Tabs
        label={settingsWords.title}
        current={current}
        onChange={(id) => go(`settings/${id}`)}
        parts={parts}
      />
    </main>
  );
}

/** The frame of a part that is a form: it scrolls, and its lines keep a length that can be read. */
function Form({ of, writes = false }: { of: ReactNode; writes?: boolean }) {
  const form = <div className="form section settings">{of}</div>;
  return <div className="scroll">{writes ? <Writes>{form}</Writes> : form}</div>;
}

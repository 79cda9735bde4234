import type { ReactNode } from 'react';
import { Tab, TabList, TabPanel, Tabs as AriaTabs } from 'react-aria-components';

/** One part of a screen. */
export interface TabPart {
  readonly id: string;
  readonly title: string;
  readonly count?: string | undefined;
  readonly content: ReactNode;
}

/** Parts of a screen, one shown at a time. */
export function Tabs({
  label,
  parts,
  current,
  onChange,
}: {
  label: string;
  parts: readonly TabPart[];
  current: string;
  onChange: (id: string) => void;
}) {
  return (
    <AriaTabs className="tab-panel" selectedKey={current} onSelectionChange={(key) => onChange(String(key))}>
      <TabList className="tabs" aria-label={label}>
        {parts.map((part) => (
          <Tab key={part.id} id={part.id} className="tab">
            {part.title}
            {part.count === undefined ? null : <span className="num">{part.count}</span>}
          </Tab>
        ))}
      </TabList>
      {parts.map((part) => (
        <TabPanel key={part.id} id={part.id} className="tab-panel">
          {part.content}
        </TabPanel>
      ))}
    </AriaTabs>
  );
}

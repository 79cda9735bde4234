import { useState } from 'react';
import { activityWords } from '../../messages/activity.ts';
import { Tabs } from '../../ui/tabs.tsx';
import { ChangeLog } from './change-log.tsx';
import { WorkList } from './work-list.tsx';

/** What goes on by itself, and what was done: work under way or finished, and the log of changes in words. */
export default function ActivityScreen({ part }: { part: string | null }) {
  const [current, setCurrent] = useState(part === 'changes' ? 'changes' : 'work');
  return (
    <main className="screen" data-pane="main" tabIndex={-1}>
      <header className="screen-head">
        <h1>{activityWords.title}</h1>
      </header>
      <Tabs
        label={activityWords.title}
        current={current}
        onChange={setCurrent}
        parts={[
          { id: 'work', title: activityWords.work, content: <WorkList /> },
          { id: 'changes', title: activityWords.log, content: <ChangeLog /> },
        ]}
      />
    </main>
  );
}

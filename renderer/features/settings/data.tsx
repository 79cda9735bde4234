import { useEffect, useState } from 'react';
import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { settingsWords } from '../../messages/screens.ts';
import { Button } from '../../ui/button.tsx';
import { showToast } from '../../ui/toasts.tsx';
import { Writes } from '../../ui/writes.tsx';
import { Retention } from './retention.tsx';
import { sizeText } from '../../ui/units.ts';
import { Fact } from '../../ui/fact.tsx';

/** Where the workspace stands, how large its parts are, and the report that can be copied. */
export function Data() {
  const client = useClient();
  const current = useQuery(queries.workspace).data;
  const sizes = useQuery(queries.sizes).data;
  const [report, setReport] = useState('');
  useEffect(() => {
    void client.diagnostics.report().then((answer) => setReport(answer.text));
  }, [client]);
  const names = Object.keys(settingsWords.sizes) as (keyof typeof settingsWords.sizes)[];
  return (
    <>
      <p className="form-label">{settingsWords.location}</p>
      <p className="mono">{current?.workspace?.path}</p>
      {current?.workspace?.warning == null ? null : (
        <p className="search-notice">{current.workspace.warning}</p>
      )}
      <dl className="facts">
        {names.map((name) => (
          <Fact key={name} name={settingsWords.sizes[name]}>
            {sizes === undefined ? '' : sizeText(sizes[name])}
          </Fact>
        ))}
      </dl>
      <Writes>
        <Retention />
      </Writes>
      <p className="form-label">{settingsWords.report}</p>
      <pre className="report mono-small" tabIndex={0}>
        {report}
      </pre>
      <div className="acts">
        <Button
          onPress={() =>
            void navigator.clipboard.writeText(report).then(() => showToast({ text: settingsWords.copied }))
          }
        >
          {settingsWords.copy}
        </Button>
        <Button look="bare" onPress={() => void client.workspaces.close()}>
          {settingsWords.closeWorkspace}
        </Button>
      </div>
    </>
  );
}

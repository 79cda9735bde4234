import { useState } from 'react';
import type { Settings } from '../../../preload/contract/governance.ts';
import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { workspaceWords } from '../../messages/workspaces.ts';
import { Button } from '../../ui/button.tsx';
import { Select, TextField } from '../../ui/fields.tsx';
import { useAction } from '../../app/use-action.ts';

type Embedding = Settings['embedding'];
const kinds = (Object.keys(workspaceWords.endpointKinds) as Embedding['kind'][]).map((id) => ({
  id,
  title: workspaceWords.endpointKinds[id],
}));

/** Where vectors are made: here, at an endpoint behind the privacy settings, or nowhere. */
export function Endpoint() {
  const stored = useQuery(queries.settings).data?.embedding;
  return stored === undefined ? null : <Form key={JSON.stringify(stored)} stored={stored} />;
}

function Form({ stored }: { stored: Embedding }) {
  const client = useClient();
  const { busy, run } = useAction('settings');
  const [embedding, setEmbedding] = useState(stored);
  const [key, setKey] = useState('');
  const save = async (): Promise<void> => {
    if (key !== '') await client.settings.setEndpointKey({ key });
    await client.settings.set({ embedding });
  };
  return (
    <>
      <Select
        label={workspaceWords.endpointTitle}
        choices={kinds}
        value={embedding.kind}
        onChange={(kind) => setEmbedding({ ...embedding, kind })}
      />
      {embedding.kind === 'endpoint' ? (
        <>
          <p className="search-notice">{workspaceWords.endpointWarning}</p>
          <TextField
            label={workspaceWords.endpointUrl}
            value={embedding.url ?? ''}
            onChange={(url) => setEmbedding({ ...embedding, url: url === '' ? null : url })}
          />
          <TextField
            label={workspaceWords.endpointModel}
            value={embedding.model ?? ''}
            onChange={(model) => setEmbedding({ ...embedding, model: model === '' ? null : model })}
          />
          <TextField
            label={workspaceWords.endpointKey}
            hint={workspaceWords.endpointKeyHint}
            value={key}
            onChange={setKey}
            secret
          />
        </>
      ) : null}
      <div className="acts">
        <Button disabled={busy} onPress={() => run(save, workspaceWords.saved)}>
          {workspaceWords.save}
        </Button>
      </div>
    </>
  );
}

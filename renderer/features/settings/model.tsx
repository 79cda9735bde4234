import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { settingsWords } from '../../messages/screens.ts';
import { Button } from '../../ui/button.tsx';
import { Waiting } from '../../ui/states.tsx';
import { Endpoint } from './endpoint.tsx';
import { useAction } from '../../app/use-action.ts';

/** The embedding model: where it runs, how far it is, how to obtain it. */
export function ModelSettings() {
  const client = useClient();
  const model = useQuery(queries.model).data;
  const { busy, run } = useAction('model');
  if (model === undefined) return null;
  return (
    <>
      <p>{model.sentence}</p>
      <p className="dim num">{settingsWords.vectors(model.vectors, model.chunks)}</p>
      <p className="mono dim">{[model.modelId, model.version].filter(Boolean).join(' ')}</p>
      {model.state === 'ready' ? null : (
        <div className="acts">
          <Button look="primary" disabled={busy} onPress={() => run(() => client.model.install({}))}>
            {settingsWords.install}
          </Button>
        </div>
      )}
      <Endpoint />
      {busy ? <Waiting>{settingsWords.installing}</Waiting> : null}
    </>
  );
}

import { useAction } from '../../app/use-action.ts';
import { bridge } from '../../data/bridge.ts';
import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { keyFileWords } from '../../messages/backups.ts';
import { download } from '../export/download.ts';
import { Button } from '../../ui/button.tsx';
import { showToast } from '../../ui/toasts.tsx';

/** The key file of an encrypted workspace: makes and saves one, or ends it. */
export function KeyFilePart({ isThere }: { isThere: boolean }) {
  const client = useClient();
  const name = keyFileWords.name(useQuery(queries.workspace).data?.workspace?.name ?? 'workbench');
  const { busy, run } = useAction('workspace');
  const make = async (): Promise<void> => {
    const shell = bridge();
    if (shell?.chooseNewFile === undefined) {
      const { secret } = await client.keys.makeKeyFile({});
      download(name, new Blob([secret ?? ''], { type: 'text/plain' }));
      showToast({ text: keyFileWords.saved });
      return;
    }
    const path = await shell.chooseNewFile(name);
    if (path === null) return;
    await client.keys.makeKeyFile({ path });
    showToast({ text: keyFileWords.made(path) });
  };
  return (
    <>
      <p className="form-label">{keyFileWords.title}</p>
      <p className="form-hint">{keyFileWords.lead}</p>
      <div className="acts">
        <Button disabled={busy} onPress={() => run(make)}>
          {isThere ? keyFileWords.renew : keyFileWords.make}
        </Button>
        {isThere ? (
          <Button
            look="danger"
            disabled={busy}
            onPress={() => run(() => client.keys.removeKeyFile(), keyFileWords.removed)}
          >
            {keyFileWords.remove}
          </Button>
        ) : null}
      </div>
    </>
  );
}

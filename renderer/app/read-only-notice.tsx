import { queries } from '../data/queries.ts';
import { useClient, useQuery } from '../data/query.ts';
import { readOnlyWords } from '../messages/workspaces.ts';
import { Button } from '../ui/button.tsx';
import { attempt } from './attempt.ts';

/** Above the work of a workspace that is only read: why that is so, the moment that it shows, and the ways on. */
export function ReadOnlyNotice() {
  const client = useClient();
  const current = useQuery(queries.workspace).data;
  const path = current?.workspace?.path;
  if (current?.readOnly == null || path === undefined) return null;
  const { because, asOf } = current.readOnly;
  const open = (readOnly: boolean): void =>
    void attempt(async () => {
      if (readOnly) await client.workspaces.close();
      await client.workspaces.open({ path, readOnly });
    });
  return (
    <div className="notice-bar" role="status">
      <p className="grow">
        <b>{readOnlyWords.title}</b> {readOnlyWords.because(because)}{' '}
        {readOnlyWords.asOf(new Date(asOf).toLocaleString())}
      </p>
      <Button onPress={() => open(true)}>{readOnlyWords.again}</Button>
      <Button onPress={() => open(false)}>{readOnlyWords.write}</Button>
    </div>
  );
}

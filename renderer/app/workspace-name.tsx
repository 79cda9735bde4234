import { queries } from '../data/queries.ts';
import { useQuery } from '../data/query.ts';
import { workspaceWords } from '../messages/workspaces.ts';

/** Which workspace is open; it leads to all of them. */
export function WorkspaceName() {
  const name = useQuery(queries.workspace).data?.workspace?.name;
  if (name === undefined) return null;
  return (
    <a className="workspace-name cut" href="#/workspaces" aria-label={workspaceWords.openNamed(name)}>
      {name}
    </a>
  );
}

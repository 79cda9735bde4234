import { type Action, done } from '../context.ts';
import { idOf } from './rows.ts';

/** `workbench move`: a session goes into another project, and its documents with it. One step for undo. */
export function moveSession(name: string, project: string): Action {
  return async ({ client: open }) => {
    const client = await open();
    const id = await idOf(client, 'research_sessions', name);
    const project_id = await idOf(client, 'projects', project);
    const outcome = await client.edits.edit({
      entity: 'research_sessions',
      ids: [id],
      values: { project_id },
    });
    return done(outcome, [outcome.changed.length === 0 ? 'It is in that project already.' : 'Moved.']);
  };
}

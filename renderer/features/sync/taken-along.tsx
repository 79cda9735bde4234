import type { SyncScope } from '../../../preload/contract/sync.ts';
import { attempt } from '../../app/attempt.ts';
import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { takenWords } from '../../messages/taken-along.ts';
import { Checkbox } from '../../ui/fields.tsx';
import { EmptyState, ErrorNotice, Waiting } from '../../ui/states.tsx';
import { type Family, familiesOf } from './families.ts';
import { FileRoom } from './file-room.tsx';

/** What of the server is on this laptop: projects with their sessions, each taken along or let go. */
export function TakenAlong() {
  const client = useClient();
  const { data, failure } = useQuery(queries.scopes);
  if (failure !== undefined) return <ErrorNotice message={failure.message} />;
  if (data === undefined) return <Waiting>{takenWords.asking}</Waiting>;
  const { columns } = takenWords;
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={takenWords.lead}>
      <div className="taken-head">
        <p>{takenWords.lead}</p>
        <Checkbox
          on={data.everything}
          onChange={(everything) => void attempt(client.sync.chooseScopes({ everything }))}
        >
          {takenWords.everything}
        </Checkbox>
        <FileRoom bytes={data.fileBytes} />
      </div>
      {data.scopes.length === 0 ? (
        <EmptyState title={takenWords.nothing}>{takenWords.nothingHint}</EmptyState>
      ) : (
        <table className="taken">
          <thead>
            <tr>
              <th scope="col">{columns.name}</th>
              <th scope="col">{columns.state}</th>
              <th scope="col" className="num end">
                {columns.rows}
              </th>
              <th scope="col" className="num end">
                {columns.unsent}
              </th>
              <th scope="col" className="center">
                {columns.pin}
              </th>
            </tr>
          </thead>
          <tbody>
            {familiesOf(data.scopes).map((family) => (
              <FamilyRows key={family.project?.id ?? ''} family={family} />
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

function FamilyRows({ family: { project, sessions } }: { family: Family }) {
  return (
    <>
      {project === null ? (
        <tr>
          <th scope="rowgroup" colSpan={5} className="dim">
            {takenWords.noProject}
          </th>
        </tr>
      ) : (
        <ScopeRow scope={project} />
      )}
      {sessions.map((scope) => (
        <ScopeRow key={scope.id} scope={scope} />
      ))}
    </>
  );
}

function ScopeRow({ scope }: { scope: SyncScope }) {
  const client = useClient();
  const { kind, id, state, rows, unsent, pinned, personal } = scope;
  const name = scope.name ?? takenWords.unnamed;
  const isTaken = state === 'here' || state === 'coming' || state === 'only-here';
  const choose = (take: boolean) =>
    void attempt(client.sync.chooseScopes(take ? { take: [{ kind, id }] } : { leave: [{ kind, id }] }));
  return (
    <tr className={kind}>
      <td>
        <span className="row">
          {personal || state === 'only-here' ? (
            <span className="check-space" aria-hidden />
          ) : (
            <Checkbox label={takenWords.take(name)} on={isTaken} onChange={choose} />
          )}
          <span className={kind === 'project' ? 'cut name' : 'cut lead'} dir="auto">
            {name}
          </span>
          <span className="dim cut">{remarkOn(scope)}</span>
        </span>
      </td>
      <td>
        <span className={`scope-state ${state}`}>{stateText(scope)}</span>
      </td>
      <td className="num end">{rows === 0 ? '' : rows.toLocaleString()}</td>
      <td className="num end">{unsent === 0 ? '' : unsent.toLocaleString()}</td>
      <td className="center">
        {kind === 'session' && isTaken ? (
          <Checkbox
            label={takenWords.pin(name)}
            on={pinned}
            onChange={(on) => void attempt(client.sync.pin({ sessionId: id, pinned: on }))}
          />
        ) : null}
      </td>
    </tr>
  );
}

function remarkOn({ personal, part, access }: SyncScope): string {
  if (personal) return takenWords.personal;
  return [part ? '' : takenWords.open, takenWords.access[access]].filter(Boolean).join(', ');
}

function stateText({ state, holding }: SyncScope): string {
  return holding === null ? takenWords.states[state] : takenWords.holding[holding];
}

import { go } from '../../app/location.ts';
import { useClient } from '../../data/query.ts';
import { session } from '../../messages/session.ts';
import { SessionForm, sessionValues } from './session-form.tsx';

const nothing = {
  title: '',
  question: '',
  scope: 'standard',
  priority: 'medium',
  sharingLevel: 'internal',
  tags: [],
};

/** Asks for what a session is about, makes it, and opens it. */
export function CreateSession({ onClose }: { onClose: () => void }) {
  const client = useClient();
  return (
    <SessionForm
      heading={session.create}
      verb={session.add}
      initial={nothing}
      onClose={onClose}
      onSubmit={async (facts) => {
        const { id } = await client.edits.add({ entity: 'research_sessions', values: sessionValues(facts) });
        onClose();
        go(`session/${id}`);
      }}
    />
  );
}

import { useState } from 'react';
import { go } from '../../app/location.ts';
import { failureOf } from '../../data/failure.ts';
import { useClient } from '../../data/query.ts';
import { session } from '../../messages/session.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Select, TextField } from '../../ui/fields.tsx';
import { ErrorNotice } from '../../ui/states.tsx';
import { TagField } from '../../ui/tag-field.tsx';

const scopes = ['basic', 'standard', 'comprehensive', 'deep_dive'] as const;
const priorities = ['low', 'medium', 'high', 'urgent'] as const;
const choices = <T extends string>(ids: readonly T[]) =>
  ids.map((id) => ({ id, title: id.replace('_', ' ') }));

/** Asks for what a session is about, and opens it. */
export function CreateSession({ onClose }: { onClose: () => void }) {
  const client = useClient();
  const [title, setTitle] = useState('');
  const [question, setQuestion] = useState('');
  const [scope, setScope] = useState<(typeof scopes)[number]>('standard');
  const [priority, setPriority] = useState<(typeof priorities)[number]>('medium');
  const [tags, setTags] = useState<readonly string[]>([]);
  const [error, setError] = useState<string>();
  async function create(): Promise<void> {
    try {
      const values = {
        title: title === '' ? question : title,
        research_question: question,
        scope,
        priority,
        tags: [...tags],
      };
      const { id } = await client.edits.add({ entity: 'research_sessions', values });
      onClose();
      go(`session/${id}`);
    } catch (thrown) {
      setError(failureOf(thrown).message);
    }
  }
  return (
    <Dialog
      title={session.create}
      onClose={onClose}
      actions={
        <Button look="primary" disabled={question.trim() === ''} onPress={() => void create()}>
          {session.add}
        </Button>
      }
    >
      <div className="form">
        {error === undefined ? null : <ErrorNotice message={error} />}
        <TextField
          label={session.question}
          value={question}
          onChange={setQuestion}
          lines={2}
          autoFocus
          required
        />
        <TextField label={session.title} value={title} onChange={setTitle} />
        <div className="form-row">
          <Select label={session.scope} choices={choices(scopes)} value={scope} onChange={setScope} />
          <Select
            label={session.priority}
            choices={choices(priorities)}
            value={priority}
            onChange={setPriority}
          />
        </div>
        <TagField label={session.tags} tags={tags} onChange={setTags} />
      </div>
    </Dialog>
  );
}

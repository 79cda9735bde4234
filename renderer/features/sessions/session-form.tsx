import { useState } from 'react';
import { sharingLevels } from '../../../db/catalogue/research.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { common } from '../../messages/common.ts';
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

/** What a person says of a session. */
export interface SessionFacts {
  readonly title: string;
  readonly question: string;
  readonly scope: string | null;
  readonly priority: string | null;
  readonly sharingLevel: string | null;
  readonly tags: readonly string[];
}

/** The columns of a session's row for what was said of it; without a title, the question is the title. */
export function sessionValues({ title, question, scope, priority, sharingLevel, tags }: SessionFacts) {
  return {
    title: title.trim() === '' ? question : title,
    research_question: question,
    scope,
    priority,
    sharing_level: sharingLevel,
    tags: [...tags],
  };
}

/** Asks for what a session is about. What `onSubmit` throws is said, and the form stays. */
export function SessionForm({
  heading,
  verb,
  initial,
  onSubmit,
  onClose,
}: {
  heading: string;
  verb: string;
  initial: SessionFacts;
  onSubmit: (facts: SessionFacts) => Promise<void>;
  onClose: () => void;
}) {
  const [facts, setFacts] = useState(initial);
  const { busy, error, submit } = useSubmit();
  const change = (part: Partial<SessionFacts>): void => setFacts({ ...facts, ...part });
  const scope = scopes.find((each) => each === facts.scope) ?? 'standard';
  const priority = priorities.find((each) => each === facts.priority) ?? 'medium';
  const sharingLevel = sharingLevels.find((each) => each === facts.sharingLevel) ?? 'internal';
  const isReady = facts.question.trim() !== '';
  return (
    <Dialog
      title={heading}
      onClose={onClose}
      actions={
        <Button
          look="primary"
          disabled={busy || !isReady}
          onPress={() => void submit(() => onSubmit({ ...facts, scope, priority, sharingLevel }))}
        >
          {verb}
        </Button>
      }
    >
      <div className="form">
        {error === undefined ? null : <ErrorNotice message={error} />}
        <TextField
          label={session.question}
          value={facts.question}
          onChange={(question) => change({ question })}
          lines={2}
          autoFocus
          required
        />
        <TextField label={session.title} value={facts.title} onChange={(title) => change({ title })} />
        <div className="form-row">
          <Select
            label={session.scope}
            choices={choices(scopes)}
            value={scope}
            onChange={(next) => change({ scope: next })}
          />
          <Select
            label={session.priority}
            choices={choices(priorities)}
            value={priority}
            onChange={(next) => change({ priority: next })}
          />
          <Select
            label={session.sharingLevel}
            choices={sharingLevels.map((id) => ({ id, title: common.levels[id] ?? id }))}
            value={sharingLevel}
            onChange={(next) => change({ sharingLevel: next })}
          />
        </div>
        <TagField label={session.tags} tags={facts.tags} onChange={(tags) => change({ tags })} />
      </div>
    </Dialog>
  );
}

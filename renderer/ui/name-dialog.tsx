import { useState } from 'react';
import { common } from '../messages/common.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { TextField } from './fields.tsx';

/** Asks what something is called; Enter takes the name. `verb` says what becomes of it. */
export function NameDialog({
  title,
  initial,
  verb = common.save,
  onName,
  onClose,
}: {
  title: string;
  initial: string;
  verb?: string;
  onName: (name: string) => void;
  onClose: () => void;
}) {
  const [name, setName] = useState(initial);
  const given = name.trim();
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <Button look="primary" disabled={given === ''} onPress={() => onName(given)}>
          {verb}
        </Button>
      }
    >
      <form
        className="form"
        onSubmit={(submit) => {
          submit.preventDefault();
          if (given !== '') onName(given);
        }}
      >
        <TextField label={common.name} value={name} onChange={setName} autoFocus required />
      </form>
    </Dialog>
  );
}

import { useState } from 'react';
import { common } from '../../messages/common.ts';
import { savedWords } from '../../messages/search.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/fields.tsx';

/** Asks what a search is called; Enter takes the name. */
export function NameDialog({
  title,
  initial,
  onName,
  onClose,
}: {
  title: string;
  initial: string;
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
          {common.save}
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
        <TextField label={savedWords.name} value={name} onChange={setName} autoFocus required />
      </form>
    </Dialog>
  );
}

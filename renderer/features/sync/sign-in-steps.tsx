import { useState } from 'react';
import { accountWords } from '../../messages/account.ts';
import { Button } from '../../ui/button.tsx';
import { Select, TextField } from '../../ui/fields.tsx';
import { ErrorNotice } from '../../ui/states.tsx';

/** The password was right, and the account has a second factor. */
export function CodeStep({
  busy,
  error,
  onCode,
  onBack,
}: {
  busy: boolean;
  /** Why the last code was not taken. */
  error: string | undefined;
  onCode: (code: string) => void;
  onBack: () => void;
}) {
  const [code, setCode] = useState('');
  return (
    <form
      className="form section connect-form"
      onSubmit={(event) => {
        event.preventDefault();
        onCode(code.trim());
      }}
    >
      <h2 className="section-title">{accountWords.codeTitle}</h2>
      <p>{accountWords.codeLead}</p>
      {error === undefined ? null : <ErrorNotice message={error} />}
      <TextField label={accountWords.code} value={code} onChange={setCode} autoFocus required />
      <div className="acts">
        <Button look="primary" submits disabled={busy || code.trim().length < 6}>
          {accountWords.goOn}
        </Button>
        <Button onPress={onBack}>{accountWords.back}</Button>
      </div>
    </form>
  );
}

/** The account belongs to several organisations. */
export function TenantStep({
  tenants,
  busy,
  onTenant,
  onBack,
}: {
  tenants: readonly string[];
  busy: boolean;
  onTenant: (slug: string) => void;
  onBack: () => void;
}) {
  const [chosen, setChosen] = useState(tenants[0] ?? '');
  return (
    <form
      className="form section connect-form"
      onSubmit={(event) => {
        event.preventDefault();
        onTenant(chosen);
      }}
    >
      <h2 className="section-title">{accountWords.tenant}</h2>
      <p>{accountWords.tenantHint}</p>
      <Select
        label={accountWords.tenant}
        choices={tenants.map((slug) => ({ id: slug, title: slug }))}
        value={chosen}
        onChange={setChosen}
      />
      <div className="acts">
        <Button look="primary" submits disabled={busy}>
          {accountWords.goOn}
        </Button>
        <Button onPress={onBack}>{accountWords.back}</Button>
      </div>
    </form>
  );
}

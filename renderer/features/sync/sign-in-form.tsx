import { useState } from 'react';
import { failureOf } from '../../data/failure.ts';
import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { syncWords } from '../../messages/sync.ts';
import { Button } from '../../ui/button.tsx';
import { Segments, TextField } from '../../ui/fields.tsx';
import { ErrorNotice } from '../../ui/states.tsx';

/** Asks for a server and who one is there. Nothing is sent before the person has seen what would leave. */
export function SignInForm({ server }: { server: string | null }) {
  const client = useClient();
  const workspace = useQuery(queries.workspace).data?.workspace;
  const [url, setUrl] = useState(server ?? '');
  const [way, setWay] = useState<'password' | 'key'>('password');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [key, setKey] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const connect = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      const credentials = way === 'key' ? { key } : { email, password, ...(code === '' ? {} : { code }) };
      await client.sync.connect({ url, credentials, review: true });
      setPassword('');
      setKey('');
    } catch (thrown) {
      setError(failureOf(thrown).message);
    } finally {
      setBusy(false);
    }
  };
  const isFilled = url !== '' && (way === 'key' ? key !== '' : email !== '' && password !== '');
  return (
    <form
      className="form section connect-form"
      onSubmit={(submit) => {
        submit.preventDefault();
        void connect();
      }}
    >
      <h2 className="section-title">{syncWords.connect}</h2>
      <p>{syncWords.connectLead}</p>
      {workspace?.encrypted === false ? <p className="search-notice">{syncWords.unprotected}</p> : null}
      {error === undefined ? null : <ErrorNotice message={error} />}
      <TextField label={syncWords.url} hint={syncWords.urlHint} value={url} onChange={setUrl} required />
      <Segments label={syncWords.how} choices={syncWords.ways} value={way} onChange={setWay} />
      {way === 'key' ? (
        <TextField label={syncWords.key} value={key} onChange={setKey} secret required />
      ) : (
        <>
          <TextField label={syncWords.email} value={email} onChange={setEmail} required />
          <TextField label={syncWords.password} value={password} onChange={setPassword} secret required />
          <TextField label={syncWords.code} hint={syncWords.codeHint} value={code} onChange={setCode} />
        </>
      )}
      <div className="acts">
        <Button look="primary" submits disabled={busy || !isFilled}>
          {syncWords.submit}
        </Button>
      </div>
    </form>
  );
}

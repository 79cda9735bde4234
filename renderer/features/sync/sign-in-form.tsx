import { type ReactNode, useState } from 'react';
import type { SyncCredentials } from '../../../preload/contract/credentials.ts';
import { readInvitation } from '../../../preload/contract/invitation-link.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { failureOf, type ShownFailure } from '../../data/failure.ts';
import { queries } from '../../data/queries.ts';
import { useCache, useClient, useQuery } from '../../data/query.ts';
import { accountWords } from '../../messages/account.ts';
import { syncWords } from '../../messages/sync.ts';
import { Button } from '../../ui/button.tsx';
import { Segments, TextField } from '../../ui/fields.tsx';
import { ErrorNotice } from '../../ui/states.tsx';
import { BrowserWait } from './browser-wait.tsx';
import { CodeStep, TenantStep } from './sign-in-steps.tsx';

type Way = (typeof accountWords.ways)[number]['id'];

const nothing = { email: '', password: '', key: '', link: '', fullName: '', device: '' };

/** What is asked now: the proof itself, or what the server wants on top of it. */
type Step = { at: 'proof' } | { at: 'code' } | { at: 'tenant'; tenants: readonly string[] };
const firstStep: Step = { at: 'proof' };

/** What a refusal leads to: a code that is asked for, or was wrong; a choice; or the form again. */
function stepAfter({ details = {} }: ShownFailure, before: Step): Step {
  const { server, tenants } = details;
  if (server === 'SECOND_FACTOR') return { at: 'code' };
  if (server === 'CONFLICT' && typeof tenants === 'string')
    return { at: 'tenant', tenants: tenants.split(' ') };
  return before.at === 'code' && server === 'UNAUTHENTICATED' ? before : firstStep;
}

/**
 * Asks for a server and who one is there, by each of the ways to sign in; what the server asks on
 * top of it comes as a next step. Nothing is sent before the person has seen what would leave.
 */
export function SignInForm({ server }: { server: string | null }) {
  const client = useClient();
  const cache = useCache();
  const workspace = useQuery(queries.workspace).data?.workspace;
  const [url, setUrl] = useState(server ?? '');
  const [way, setWay] = useState<Way>('password');
  const [typed, setTyped] = useState(nothing);
  const [address, setAddress] = useState<string>();
  const [tenant, setTenant] = useState<string>();
  const [step, setStep] = useState<Step>(firstStep);
  const { busy, failure, submit, clear } = useSubmit();
  const set = (field: keyof typeof nothing) => (value: string) => setTyped({ ...typed, [field]: value });

  const invitation = readInvitation(typed.link);
  const target = way === 'invitation' ? (invitation?.url ?? '') : url;
  const proof = (code: string): SyncCredentials => {
    const spent = code === '' ? {} : { code };
    if (way === 'key') return { key: typed.key };
    if (way === 'password') return { email: typed.email, password: typed.password, ...spent };
    const fullName = typed.fullName === '' ? {} : { fullName: typed.fullName };
    return { invitation: invitation?.token ?? '', password: typed.password, ...fullName, ...spent };
  };
  const credentials = async (code: string): Promise<SyncCredentials> => {
    if (way !== 'browser') return proof(code);
    const { id, address: page } = await client.sync.beginInBrowser({ url: target });
    setAddress(page);
    window.open(page, '_blank', 'noopener,noreferrer');
    return { browser: id };
  };
  const connect = async (code = '', chosen = tenant): Promise<void> => {
    try {
      await client.sync.connect({
        url: target,
        credentials: await credentials(code),
        review: true,
        ...(typed.device === '' ? {} : { device: typed.device }),
        ...(chosen === undefined ? {} : { tenant: chosen }),
      });
      setStep(firstStep);
      setTyped(nothing);
      cache.invalidate(new Set(['people']));
    } catch (thrown) {
      setStep(stepAfter(failureOf(thrown), step));
      throw thrown;
    } finally {
      setAddress(undefined);
    }
  };
  const back = (): void => {
    setStep(firstStep);
    clear();
  };

  if (address !== undefined) {
    return (
      <BrowserWait
        address={address}
        onCancel={() => void client.sync.cancelInBrowser().catch(() => undefined)}
      />
    );
  }
  if (step.at === 'code') {
    const said = failure?.details?.['server'] === 'SECOND_FACTOR' ? undefined : failure?.message;
    return (
      <CodeStep busy={busy} error={said} onCode={(code) => void submit(() => connect(code))} onBack={back} />
    );
  }
  if (step.at === 'tenant') {
    const choose = (slug: string): void => {
      setTenant(slug);
      void submit(() => connect('', slug));
    };
    return <TenantStep tenants={step.tenants} busy={busy} onTenant={choose} onBack={back} />;
  }
  return (
    <form
      className="form section connect-form"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(() => connect());
      }}
    >
      <h2 className="section-title">{syncWords.connect}</h2>
      <p>{syncWords.connectLead}</p>
      {workspace?.encrypted === false ? <p className="search-notice">{syncWords.unprotected}</p> : null}
      {failure === undefined || failure.code === 'cancelled' ? null : (
        <ErrorNotice message={failure.message} />
      )}
      <Segments label={syncWords.how} choices={accountWords.ways} value={way} onChange={setWay} />
      {way === 'invitation' ? null : (
        <TextField label={syncWords.url} hint={syncWords.urlHint} value={url} onChange={setUrl} required />
      )}
      <Fields way={way} typed={typed} isLink={typed.link === '' || invitation !== null} set={set} />
      <TextField
        label={accountWords.device}
        hint={accountWords.deviceHint}
        value={typed.device}
        onChange={set('device')}
      />
      <div className="acts">
        <Button look="primary" submits disabled={busy || target === '' || !isFilled(way, typed)}>
          {way === 'browser' ? accountWords.browserSubmit : syncWords.submit}
        </Button>
      </div>
    </form>
  );
}

function isFilled(way: Way, { email, password, key }: typeof nothing): boolean {
  switch (way) {
    case 'password':
      return email !== '' && password !== '';
    case 'invitation':
      return password !== '';
    case 'key':
      return key !== '';
    case 'browser':
      return true;
  }
}

function Fields({
  way,
  typed,
  isLink,
  set,
}: {
  way: Way;
  typed: typeof nothing;
  isLink: boolean;
  set: (field: keyof typeof nothing) => (value: string) => void;
}): ReactNode {
  switch (way) {
    case 'key':
      return <TextField label={syncWords.key} value={typed.key} onChange={set('key')} secret required />;
    case 'browser':
      return <p className="note">{accountWords.browserLead}</p>;
    case 'password':
      return (
        <>
          <TextField label={syncWords.email} value={typed.email} onChange={set('email')} required />
          <TextField
            label={syncWords.password}
            value={typed.password}
            onChange={set('password')}
            secret
            required
          />
        </>
      );
    case 'invitation':
      return (
        <>
          <p className="note">{accountWords.invitationLead}</p>
          <TextField
            label={accountWords.invitation}
            hint={accountWords.invitationHint}
            value={typed.link}
            onChange={set('link')}
            required
            {...(isLink ? {} : { error: accountWords.invitationBad })}
          />
          <TextField
            label={accountWords.fullName}
            hint={accountWords.fullNameHint}
            value={typed.fullName}
            onChange={set('fullName')}
          />
          <TextField
            label={syncWords.password}
            hint={accountWords.newPasswordHint}
            value={typed.password}
            onChange={set('password')}
            secret
            required
          />
        </>
      );
  }
}

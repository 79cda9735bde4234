import { useState } from 'react';
import type { ReferenceRow } from '../../../preload/contract/references.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { common } from '../../messages/common.ts';
import { referenceWords as words } from '../../messages/references.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/fields.tsx';
import { ErrorNotice } from '../../ui/states.tsx';
import { peopleLines, peopleOf } from './reference-people.ts';

type Csl = Readonly<Record<string, unknown>>;

/** One item: what a bibliography says of it, and the documents that it cites. */
export function ReferenceDialog({ row, onClose }: { row: ReferenceRow; onClose: () => void }) {
  const detail = useQuery(queries.row('reference_items', row.id)).data;
  if (detail === undefined) return null;
  return <Form key={row.id} row={row} csl={(detail.row['csl'] ?? {}) as Csl} onClose={onClose} />;
}

const isDate = /^(\d{4}(-\d\d(-\d\d)?)?)?$/;

function Form({ row, csl, onClose }: { row: ReferenceRow; csl: Csl; onClose: () => void }) {
  const client = useClient();
  const role = Array.isArray(csl['editor']) && !Array.isArray(csl['author']) ? 'editor' : 'author';
  const first = {
    title: textOf(csl['title']),
    people: peopleLines(csl[role]),
    issued: row.issued ?? '',
    'container-title': textOf(csl['container-title']),
    DOI: textOf(csl['DOI']),
    URL: textOf(csl['URL']),
  };
  const [facts, setFacts] = useState(first);
  const { busy, error, submit } = useSubmit();
  const set = (name: keyof typeof facts) => (value: string) => setFacts({ ...facts, [name]: value });
  const dateError = isDate.test(facts.issued) ? undefined : words.dateHint;

  async function save(): Promise<void> {
    const changed = (Object.keys(first) as (keyof typeof first)[]).filter(
      (name) => facts[name].trim() !== first[name],
    );
    const patch = Object.fromEntries(
      changed.map((name): [string, unknown] => {
        const value = facts[name].trim();
        if (name === 'people') return [role, value === '' ? null : peopleOf(value, csl[role])];
        if (name === 'issued') {
          return [name, value === '' ? null : { 'date-parts': [value.split('-').map(Number)] }];
        }
        return [name, value === '' ? null : value];
      }),
    );
    if (changed.length > 0) await client.references.edit({ id: row.id, csl: patch as never });
    onClose();
  }
  return (
    <Dialog
      wide
      title={row.key}
      onClose={onClose}
      actions={
        <Button look="primary" disabled={busy || dateError !== undefined} onPress={() => void submit(save)}>
          {common.save}
        </Button>
      }
    >
      <div className="form">
        {error === undefined ? null : <ErrorNotice message={error} />}
        <p className="dim">{words.keyHint}</p>
        <TextField label={words.name} value={facts.title} onChange={set('title')} autoFocus />
        <TextField
          label={words.people}
          value={facts.people}
          onChange={set('people')}
          lines={3}
          hint={words.peopleHint}
        />
        <div className="form-row">
          <TextField
            label={words.issued}
            value={facts.issued}
            onChange={set('issued')}
            hint={words.dateHint}
            error={dateError}
          />
          <TextField
            label={words.container}
            value={facts['container-title']}
            onChange={set('container-title')}
          />
        </div>
        <div className="form-row">
          <TextField label={words.doi} value={facts.DOI} onChange={set('DOI')} />
          <TextField label={words.url} value={facts.URL} onChange={set('URL')} />
        </div>
        <section>
          <h3 className="section-title">{words.cites}</h3>
          {row.cites.length === 0 ? <p className="dim">{words.citesNone}</p> : null}
          {row.cites.map(({ evidenceId, title }) => (
            <a key={evidenceId} className="item" href={`#/read/${evidenceId}`} onClick={onClose}>
              {title}
            </a>
          ))}
        </section>
      </div>
    </Dialog>
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

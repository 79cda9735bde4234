import { useEffect, useRef, useState } from 'react';
import type { HostClient } from '../../../preload/contract/contract.ts';
import {
  type AnnotationFormat,
  annotationFormats,
  type ExportSubject,
  type SessionFormat,
  sessionFormats,
} from '../../../preload/contract/exports.ts';
import { useSubmit } from '../../app/use-submit.ts';
import { bridge } from '../../data/bridge.ts';
import { failureOf } from '../../data/failure.ts';
import { useClient } from '../../data/query.ts';
import { annotationFormatWords, exportWords, sessionFormatWords } from '../../messages/export.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Select } from '../../ui/fields.tsx';
import { ErrorNotice, Waiting } from '../../ui/states.tsx';
import { showToast } from '../../ui/toasts.tsx';
import { download } from './download.ts';

type Preview = Awaited<ReturnType<HostClient['exports']['preview']>>;

/** Exports a session: the format, what would leave, and where to, before anything does. */
export function ExportSession({ id, name, onClose }: { id: string; name: string; onClose: () => void }) {
  const client = useClient();
  const [format, setFormat] = useState<SessionFormat>('md');
  return (
    <ExportDialog
      title={exportWords.titleOf(name)}
      subject={{ kind: 'session', sessionId: id, format }}
      choices={sessionFormats.map((each) => ({ id: each, title: sessionFormatWords[each].title }))}
      holds={sessionFormatWords[format].holds}
      onFormat={setFormat}
      run={(out, signal) => client.exports.session({ sessionId: id, format, ...out }, { signal })}
      onClose={onClose}
    />
  );
}

/** Exports the marks on a document. */
export function ExportMarks({
  evidenceId,
  name,
  isPdf,
  onClose,
}: {
  evidenceId: string;
  name: string;
  isPdf: boolean;
  onClose: () => void;
}) {
  const client = useClient();
  const formats = annotationFormats.filter((each) => isPdf || each !== 'pdf');
  const [format, setFormat] = useState<AnnotationFormat>(isPdf ? 'pdf' : 'md');
  return (
    <ExportDialog
      title={exportWords.marksTitle(name)}
      subject={{ kind: 'annotations', evidenceId, format }}
      choices={formats.map((each) => ({ id: each, title: annotationFormatWords[each].title }))}
      holds={annotationFormatWords[format].holds}
      onFormat={setFormat}
      run={(out, signal) => client.exports.annotations({ evidenceId, format, ...out }, { signal })}
      onClose={onClose}
    />
  );
}

function ExportDialog<F extends ExportSubject['format']>({
  title,
  subject,
  choices,
  holds,
  onFormat,
  run,
  onClose,
}: {
  title: string;
  subject: ExportSubject & { readonly format: F };
  choices: readonly { readonly id: F; readonly title: string }[];
  holds: string;
  onFormat: (format: F) => void;
  run: (out: { out?: string }, signal: AbortSignal) => ReturnType<HostClient['exports']['session']>;
  onClose: () => void;
}) {
  const { preview, failure } = usePreview(subject);
  const { busy, error, submit } = useSubmit();
  const shell = bridge();
  const closing = useCallOff();
  const go = async (): Promise<void> => {
    if (preview === undefined) return;
    const out = await shell?.chooseNewFile?.(preview.name);
    if (out === null) return;
    const { file, name, data } = await run(out === undefined ? {} : { out }, closing.current.signal);
    if (data !== null) download(name, new Blob([await data.arrayBuffer()], { type: data.type }));
    showToast({ text: exportWords.done(file ?? name) });
    onClose();
  };
  const problem = error ?? failure;
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <Button look="primary" disabled={preview === undefined || busy} onPress={() => void submit(go)}>
          {exportWords.go}
        </Button>
      }
    >
      <div className="form">
        <Select label={exportWords.format} choices={choices} value={subject.format} onChange={onFormat} />
        <p className="dim">{holds}</p>
        {preview === undefined ? (
          problem === undefined ? (
            <Waiting>{exportWords.reading}</Waiting>
          ) : null
        ) : (
          <Leaving preview={preview} where={shell?.chooseNewFile === undefined ? 'downloads' : 'chosen'} />
        )}
        {problem === undefined ? null : <ErrorNotice message={problem} />}
      </div>
    </Dialog>
  );
}

/** A signal that is given where the dialog is closed: a file that nobody waits for is not made to its end. */
function useCallOff() {
  const closing = useRef(new AbortController());
  useEffect(() => {
    const controller = new AbortController();
    closing.current = controller;
    return () => controller.abort();
  }, []);
  return closing;
}

/** What an export would hold, asked anew for each format. */
function usePreview(subject: ExportSubject): { preview?: Preview; failure?: string } {
  const client = useClient();
  const key = JSON.stringify(subject);
  const [answer, setAnswer] = useState<{ key: string; preview?: Preview; failure?: string }>({ key: '' });
  useEffect(() => {
    let gone = false;
    const settle = (found: { preview?: Preview; failure?: string }): void => {
      if (!gone) setAnswer({ key, ...found });
    };
    client.exports.preview(JSON.parse(key) as ExportSubject).then(
      (preview) => settle({ preview }),
      (thrown: unknown) => settle({ failure: failureOf(thrown).message }),
    );
    return () => {
      gone = true;
    };
  }, [client, key]);
  return answer.key === key ? answer : {};
}

function Leaving({ preview, where }: { preview: Preview; where: 'downloads' | 'chosen' }) {
  const { name, rows, allowed, redacted, withheld, rules, remarks } = preview;
  const kept = exportWords.kept(withheld, redacted);
  return (
    <>
      <section>
        <h3 className="section-title">{exportWords.leaves}</h3>
        <p>
          {exportWords.counted(allowed, rows)} {kept === '' ? exportWords.allAllowed : `${kept}.`}
        </p>
        {remarks.map((remark) => (
          <p key={remark}>{remark}</p>
        ))}
        {kept === '' ? null : (
          <ul className="log" aria-label={exportWords.byRules}>
            {Object.entries(rules).map(([rule, count]) => (
              <li key={rule}>
                <span className="mono-small">{rule}</span>
                <span className="num">{count}</span>
              </li>
            ))}
          </ul>
        )}
      </section>
      <section>
        <h3 className="section-title">{exportWords.where}</h3>
        <p>{where === 'downloads' ? exportWords.toDownloads(name) : exportWords.toChosen(name)}</p>
      </section>
    </>
  );
}

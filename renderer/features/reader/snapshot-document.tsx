import { useEffect, useState } from 'react';
import { failureOf } from '../../data/failure.ts';
import { useClient } from '../../data/query.ts';
import { snapshotWords } from '../../messages/reader.ts';
import { readerWords } from '../../messages/screens.ts';
import { ErrorNotice, Waiting } from '../../ui/states.tsx';

/**
 * What a captured page may do, said here once more: a page that arrived from elsewhere may not carry the policy that this
 * laptop writes into its own. Policies add up, so the stricter of both holds.
 */
const policy =
  '<!doctype html><meta http-equiv="Content-Security-Policy" content="' +
  "default-src 'none'; img-src data:; form-action 'none'; base-uri 'none'" +
  '">';

/**
 * A page as it was captured. The empty sandbox takes scripts, forms, windows and its origin away from it; the policy takes the
 * network; and the application's own `frame-src` lets no link lead the frame to another site.
 */
export function SnapshotDocument({ artifactId }: { artifactId: string }) {
  const client = useClient();
  const [html, setHtml] = useState<string>();
  const [failure, setFailure] = useState<string>();
  useEffect(() => {
    let gone = false;
    client.documents.snapshot({ artifactId }).then(
      (answer) => {
        if (!gone) setHtml(answer.html);
      },
      (thrown: unknown) => {
        if (!gone) setFailure(failureOf(thrown).message);
      },
    );
    return () => {
      gone = true;
    };
  }, [client, artifactId]);
  if (failure !== undefined) return <ErrorNotice message={failure} />;
  if (html === undefined) return <Waiting>{readerWords.reading}</Waiting>;
  return (
    <iframe
      className="snapshot"
      title={snapshotWords.page}
      sandbox=""
      referrerPolicy="no-referrer"
      srcDoc={policy + html}
    />
  );
}

import { useEffect, useState } from 'react';
import { failureOf } from '../../data/failure.ts';
import { useClient } from '../../data/query.ts';

/** The words of an extraction, once they are there, or why they are not. */
export function useText(extractionId: string): { readonly text?: string; readonly failure?: string } {
  const client = useClient();
  const [answer, setAnswer] = useState<{ text?: string; failure?: string }>({});
  useEffect(() => {
    client.documents.text({ extractionId }).then(
      ({ text }) => setAnswer({ text }),
      (thrown: unknown) => setAnswer({ failure: failureOf(thrown).message }),
    );
  }, [client, extractionId]);
  return answer;
}

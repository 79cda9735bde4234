import type { SyncStatus } from '../../../preload/contract/sync.ts';
import { attempt } from '../../app/attempt.ts';
import { go } from '../../app/location.ts';
import { useClient } from '../../data/query.ts';
import { syncWords } from '../../messages/sync.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNotice } from '../../ui/states.tsx';
import { momentText } from '../../ui/times.ts';
import { useNow } from './sync-status.tsx';

/** Whether there is something in the way that a person should hear of. */
export function isTroubled({ state, sentence, failingSince }: SyncStatus): boolean {
  return state !== 'syncing' && (sentence !== '' || failingSince !== null);
}

/** What stands in the way of sync: what is so, that everything is kept, when it is tried again, and the one button that helps. */
export function Trouble({ status }: { status: SyncStatus }) {
  const client = useClient();
  const { state, sentence, attempts, nextTry, failingSince, inbox } = status;
  const now = useNow(nextTry !== null);
  const since = state === 'offline' && failingSince !== null;
  const said = since ? `${syncWords.offlineSince(momentText(failingSince))}.` : sentence;
  const tries =
    attempts === 0 || nextTry === null
      ? ''
      : ` ${syncWords.tried(attempts)}, ${syncWords.again(nextTry, now)}.`;
  const button =
    state === 'offline' || state === 'server-older' || state === 'refused' || state === 'idle' ? (
      <Button onPress={() => void attempt(client.sync.now())}>{syncWords.tryNow}</Button>
    ) : inbox > 0 ? (
      <Button onPress={() => go('inbox')}>{syncWords.review}</Button>
    ) : null;
  return <ErrorNotice message={`${said}${tries}`} actions={button ?? undefined} />;
}

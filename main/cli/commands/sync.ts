import type { SyncCredentials, SyncStatus } from '../../../preload/contract/sync.ts';
import { type Action, done, partly } from '../context.ts';
import { askPassphrase } from '../terminal/ask.ts';
import { cell, table } from '../terminal/output.ts';
import { UsageError } from '../terminal/usage-error.ts';

export interface ConnectOptions {
  readonly email?: string;
  readonly code?: string;
  readonly tenant?: string;
  readonly review?: boolean;
}

/** `workbench sync connect`: by e-mail and password, or by the key in WORKBENCH_SYNC_KEY. Secrets are never arguments. */
export function connectServer(url: string, options: ConnectOptions): Action {
  return async ({ client: open }) => {
    const credentials = await credentialsOf(options);
    const client = await open();
    const { tenant, review = false } = options;
    const request = { url, credentials, review, ...(tenant === undefined ? {} : { tenant }) };
    return shown(await client.sync.connect(request));
  };
}

async function credentialsOf({ email, code }: ConnectOptions): Promise<SyncCredentials> {
  const key = process.env['WORKBENCH_SYNC_KEY'];
  if (email === undefined && key !== undefined) return { key };
  if (email === undefined) {
    throw new UsageError('Say who you are: --email with a password, or a key in WORKBENCH_SYNC_KEY.');
  }
  const password = process.env['WORKBENCH_SYNC_PASSWORD'] ?? (await askPassphrase('Password: '));
  if (password === null || password === '') {
    throw new UsageError('The password is asked for on a terminal, or read from WORKBENCH_SYNC_PASSWORD.');
  }
  return { email, password, ...(code === undefined ? {} : { code }) };
}

/** `workbench sync status`. */
export function syncStatus(): Action {
  return async ({ client: open }) => shown(await (await open()).sync.status());
}

/** `workbench sync now`: one cycle after the other until nothing waits, or something stands in the way. */
export function syncNow(): Action {
  return async ({ client: open }) => {
    const client = await open();
    let status = await client.sync.now();
    for (let before = Infinity; status.state === 'idle' && status.waiting > 0 && status.waiting < before;) {
      before = status.waiting;
      status = await client.sync.now();
    }
    return shown(status);
  };
}

/** `workbench sync sign-out`. */
export function signOut(): Action {
  return async ({ client: open }) => {
    const status = await (await open()).sync.signOut();
    return done(status, [`Signed out. ${status.waiting} changes wait in this workspace.`]);
  };
}

/** `workbench sync inbox`. */
export function listInbox(): Action {
  return async ({ client: open }) => {
    const items = await (await open()).sync.inbox();
    return done(
      { items },
      table(items.map(({ n, code, sentence }) => [String(n), code, cell(sentence, 90)])),
    );
  };
}

const words = { retry: 'retried', keep: 'kept', discard: 'discarded' } as const;

/** `workbench sync settle`. */
export function settleInbox(word: string, items: readonly string[]): Action {
  return async ({ client: open }) => {
    if (!(word in words)) throw new UsageError('Say retry, keep or discard.');
    const numbers = items.map(Number);
    if (!numbers.every(Number.isSafeInteger)) throw new UsageError('Items are named by their numbers.');
    const settled = await (
      await open()
    ).sync.settle({ items: numbers, word: words[word as keyof typeof words] });
    return done(settled, [`Settled ${settled.settled}.`]);
  };
}

/** `workbench conflicts list`. */
export function listConflicts(): Action {
  return async ({ client: open }) => {
    const conflicts = await (await open()).sync.conflicts();
    const lines = conflicts.map(({ id, label, column, shown: mine, lost, by }) => [
      id,
      `${label} ${column}`,
      cell(JSON.stringify(mine), 40),
      cell(JSON.stringify(lost), 40),
      by,
    ]);
    return done({ conflicts }, table(lines));
  };
}

/** `workbench conflicts decide`. */
export function decideConflicts(take: string, ids: readonly string[], value: string | undefined): Action {
  return async ({ client: open }) => {
    if (take !== 'mine' && take !== 'theirs' && take !== 'merged')
      throw new UsageError('Say mine, theirs or merged.');
    if ((take === 'merged') !== (value !== undefined))
      throw new UsageError('A value belongs to merged, and to nothing else.');
    const decided = await (
      await open()
    ).sync.decide({
      ids: [...ids],
      take,
      ...(value === undefined ? {} : { value: valueOf(value) }),
    });
    return done(decided, [`Decided ${decided.decided}.`]);
  };
}

function valueOf(text: string): never {
  try {
    return JSON.parse(text) as never;
  } catch {
    throw new UsageError('The value is not JSON. Text stands in quotation marks.');
  }
}

function shown(status: SyncStatus) {
  const { state, sentence, waiting, conflicts, inbox, lastSync } = status;
  const lines = [
    `${state}${sentence === '' ? '' : `: ${sentence}`}`,
    `${waiting} waiting, ${conflicts} conflicts, ${inbox} in the inbox; last sync ${lastSync ?? 'never'}`,
  ];
  const isWell = ['off', 'idle', 'paused', 'syncing'].includes(state);
  return (isWell ? done : partly)(status, lines);
}

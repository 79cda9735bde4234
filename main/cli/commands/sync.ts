import type { HostClient } from '../../../preload/contract/contract.ts';
import type { SyncCredentials } from '../../../preload/contract/credentials.ts';
import type { SyncStatus } from '../../../preload/contract/sync.ts';
import { type Action, done, partly } from '../context.ts';
import { type Answer, cell, say, table } from '../terminal/output.ts';
import { accountPassword } from '../terminal/secrets.ts';
import { UsageError } from '../terminal/usage-error.ts';

export interface ConnectOptions {
  readonly email?: string;
  readonly code?: string;
  readonly tenant?: string;
  /** What this laptop is called on the server. */
  readonly device?: string;
  /** Through the organisation's identity provider. */
  readonly browser?: boolean;
  readonly review?: boolean;
}

/**
 * `workbench sync connect`: by e-mail and password, by the key in WORKBENCH_SYNC_KEY, or in a browser. Secrets are never
 * arguments.
 */
export function connectServer(url: string, options: ConnectOptions): Action {
  return async ({ client: open }) => {
    const { tenant, device, review = false } = options;
    const client = await open();
    const credentials = await credentialsOf(client, url, options);
    const target = {
      ...(tenant === undefined ? {} : { tenant }),
      ...(device === undefined ? {} : { device }),
    };
    return shownStatus(await client.sync.connect({ url, credentials, review, ...target }));
  };
}

async function credentialsOf(
  client: HostClient,
  url: string,
  { email, code, browser }: ConnectOptions,
): Promise<SyncCredentials> {
  if (browser === true) {
    const { id, address } = await client.sync.beginInBrowser({ url });
    say(`Sign in with a browser of this machine: ${address}`);
    return { browser: id };
  }
  const key = process.env['WORKBENCH_SYNC_KEY'];
  if (email === undefined && key !== undefined) return { key };
  if (email === undefined) {
    throw new UsageError(
      'Say who you are: --email with a password, --browser, or a key in WORKBENCH_SYNC_KEY.',
    );
  }
  return { email, password: await accountPassword(), ...(code === undefined ? {} : { code }) };
}

/** `workbench sync status`. */
export function syncStatus(): Action {
  return async ({ client: open }) => shownStatus(await (await open()).sync.status());
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
    return shownStatus(status);
  };
}

/** `workbench sync offline` and `workbench sync online`. */
export function workOffline(paused: boolean): Action {
  return async ({ client: open }) => shownStatus(await (await open()).sync.pause({ paused }));
}

/** `workbench sync sign-out`. */
export function signOut(): Action {
  return async ({ client: open }) => {
    const status = await (await open()).sync.signOut();
    return done(status, [`Signed out. ${status.waiting} changes wait in this workspace.`]);
  };
}

/** `workbench sync remove-copy`: without a word on what is lost it only says what that would be. */
export function removeCopy(givenUp: number | undefined): Action {
  return async ({ client: open }) => {
    const client = await open();
    if (givenUp !== undefined && !Number.isSafeInteger(givenUp))
      throw new UsageError('Say a number of changes.');
    const unsent = await client.account.unsent();
    if (givenUp === undefined && unsent.onlyHere > 0) {
      const named = unsent.rows.map(({ label, title }) => [label, cell(title, 60)]);
      return partly({ removed: false, ...unsent }, [
        `${unsent.onlyHere} changes are on this laptop only. Send them, make a backup, or say --give-up ${unsent.onlyHere}.`,
        ...table(named),
      ]);
    }
    const { rows } = await client.account.removeCopy({ givenUp: givenUp ?? 0 });
    return done({ removed: true, rows }, [`The copy is removed: ${rows} rows. You are signed out.`]);
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
    const all = settled.settled === new Set(numbers).size;
    const rest = 'The others are settled already, or were purged: what was purged can only be discarded.';
    return (all ? done : partly)(settled, [`Settled ${settled.settled}.`, ...(all ? [] : [rest])]);
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

/** `workbench conflicts deletes`. */
export function listDeletes(): Action {
  return async ({ client: open }) => {
    const notices = await (await open()).sync.notices();
    const lines = notices.map(({ id, label, title, deletedAt, editedBy }) => [
      id,
      label,
      cell(title, 60),
      deletedAt,
      editedBy?.name ?? '',
    ]);
    return done({ notices }, table(lines));
  };
}

/** `workbench conflicts answer`. */
export function answerDeletes(word: string, ids: readonly string[]): Action {
  return async ({ client: open }) => {
    if (word !== 'delete' && word !== 'keep') throw new UsageError('Say delete or keep.');
    const { decided } = await (await open()).sync.answerDeletes({ ids: [...ids], word });
    return done({ decided }, [`Decided ${decided}.`]);
  };
}

function valueOf(text: string): never {
  try {
    return JSON.parse(text) as never;
  } catch {
    throw new UsageError('The value is not JSON. Text stands in quotation marks.');
  }
}

/** How sync stands, as an answer: one that went well where nothing is in the way. */
export function shownStatus(status: SyncStatus): Answer {
  const { state, sentence, waiting, conflicts, inbox, lastSync } = status;
  const lines = [
    `${state}${sentence === '' ? '' : `: ${sentence}`}`,
    `${waiting} waiting, ${conflicts} conflicts, ${inbox} in the inbox; last sync ${lastSync ?? 'never'}`,
  ];
  const isWell = ['off', 'idle', 'paused', 'syncing'].includes(state);
  return (isWell ? done : partly)(status, lines);
}

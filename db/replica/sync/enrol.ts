import type { Id } from '../../catalogue/rows.ts';
import { localScope } from '../../../sync/core/scope.ts';
import { InputError } from '../rows/input-error.ts';
import { getRow } from '../rows/read.ts';
import { updateRow } from '../rows/write.ts';
import type { ReadableDb } from '../sqlite/open.ts';
import type { Replica } from '../transaction/replica.ts';
import { transact } from '../transaction/transact.ts';
import { readSync, writeSync } from './meta.ts';

/** Whom a file belongs to on a server. */
export interface Principal {
  readonly server: string;
  readonly tenant: string;
  readonly user: Id;
}

/** The one principal that this file is enrolled to, or null. */
export function principalOf(db: ReadableDb): Principal | null {
  const [server, tenant, user] = [readSync(db, 'server'), readSync(db, 'tenant'), readSync(db, 'user')];
  if (server === undefined || tenant === undefined || user === undefined) return null;
  return { server, tenant, user };
}

/** Throws where a file belongs to another person: what waits in it goes out under its own person only (I11). */
export function refuseOthers(db: ReadableDb, principal: Pick<Principal, 'tenant' | 'user'>): void {
  const known = principalOf(db);
  if (known === null || (known.user === principal.user && known.tenant === principal.tenant)) return;
  throw new InputError(
    'This workspace belongs to another person on the server, and what waits in it is sent under that person only. Nothing was sent or changed. Make or open another workspace for this account.',
    'authors',
  );
}

/**
 * Enrols a file once (D1): its author row gets the user that the server signed in, as an ordinary logged edit. Signing in as somebody
 * else is refused with words. The server's address may change.
 */
export function enrol(replica: Replica, principal: Principal): void {
  const { db } = replica;
  refuseOthers(db, principal);
  if (getRow(db, 'authors', replica.author)?.user_id !== principal.user) {
    transact(replica, { command: 'enrol', origin: 'enrol' }, (tx) => {
      updateRow(tx, 'authors', replica.author, { user_id: principal.user });
      keep(replica, principal);
    });
    return;
  }
  db.sqlite.transaction(() => keep(replica, principal)).immediate();
}

function keep({ db }: Replica, { server, tenant, user }: Principal): void {
  writeSync(db, 'server', server);
  writeSync(db, 'tenant', tenant);
  writeSync(db, 'user', user);
}

/** A scope as this file names it, or null for what is another person's own and has no place here. */
export function ownScope(scope: string, user: Id): string | null {
  const local = localScope(scope, user);
  return local.startsWith('user:') ? null : local;
}

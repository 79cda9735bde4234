import type { People } from '../../../preload/contract/people.ts';
import { tenantRoles } from '../../../preload/contract/people.ts';
import { type Action, done } from '../context.ts';
import { table } from '../terminal/output.ts';
import { UsageError } from '../terminal/usage-error.ts';

type Person = People['people'][number];
type Role = Person['role'];

/** `workbench sync people list`: members, open invitations and seats. */
export function listPeople(): Action {
  return async ({ client: open }) => {
    const { people, invitations, seats } = await (await open()).people.list();
    const lines = [
      ...people.map(({ id, email, role, status }) => [id, email, role, status]),
      ...invitations.map(({ id, email, role, expiresAt }) => [id, email, role, `invited until ${expiresAt}`]),
    ];
    const room = seats === null ? [] : [`${seats.taken} of ${seats.most} seats are taken.`];
    return done({ people, invitations, seats }, [...table(lines), ...room]);
  };
}

/** `workbench sync people invite`: the link is shown once. */
export function invitePerson(email: string, { role }: { role: string }): Action {
  return async ({ client: open }) => {
    const invited = await (await open()).people.invite({ email, role: roleOf(role) });
    const until = new Date(invited.expiresAt).toISOString();
    return done(invited, [`Link for ${email}, shown this once, good until ${until}:`, invited.link]);
  };
}

/** `workbench sync people withdraw`. */
export function withdrawInvitation(id: string): Action {
  return async ({ client: open }) => {
    await (await open()).people.withdrawInvitation({ id });
    return done({ withdrawn: id }, ['The invitation is good no more.']);
  };
}

/** `workbench sync people role`. */
export function changeRole(person: string, role: string): Action {
  return async ({ client: open }) => {
    const client = await open();
    const { id: user, email } = personNamed((await client.people.list()).people, person);
    await client.people.change({ do: 'role', user, role: roleOf(role) });
    return done({ user, role }, [`${email} is ${role} now.`]);
  };
}

const changed = {
  suspend: 'is signed out, and stays out until readmitted',
  readmit: 'may sign in again',
  remove: 'is out of the organisation',
} as const;

/** `workbench sync people suspend|readmit|remove`. */
export function changePerson(change: keyof typeof changed): (person: string) => Action {
  return (person) =>
    async ({ client: open }) => {
      const client = await open();
      const { id: user, email } = personNamed((await client.people.list()).people, person);
      await client.people.change({ do: change, user });
      return done({ user, done: change }, [`${email} ${changed[change]}.`]);
    };
}

/** `workbench sync audit`: who changed what about people, access and settings, from the newest on. */
export function readAudit(options: { before?: string; limit?: string }): Action {
  return async ({ client: open }) => {
    const page = await (
      await open()
    ).people.audit({
      limit: countOf(options.limit ?? '50', '--limit'),
      ...(options.before === undefined ? {} : { before: countOf(options.before, '--before') }),
    });
    const lines = page.entries.map(({ at, by, action, about, changes }) => [
      at,
      by ?? 'the server',
      action,
      about ?? '',
      changes
        .map(({ field, old, new: now }) => `${field}: ${JSON.stringify(old)} → ${JSON.stringify(now)}`)
        .join(', '),
    ]);
    return done(page, table(lines));
  };
}

/** A member by e-mail address or id. */
function personNamed(people: readonly Person[], name: string): Person {
  const found = people.find(({ id, email }) => id === name || email.toLowerCase() === name.toLowerCase());
  if (found === undefined) throw new UsageError('Nobody of the organisation has this address or id.');
  return found;
}

function roleOf(text: string): Role {
  const role = tenantRoles.find((each) => each === text);
  if (role === undefined) throw new UsageError(`A role is one of ${tenantRoles.join(', ')}.`);
  return role;
}

/** A whole number above zero. */
export function countOf(text: string, option: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`${option} is a number.`);
}

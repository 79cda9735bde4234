import type { TenantRole } from '../../preload/contract/people.ts';

const roles: Readonly<Record<TenantRole, string>> = {
  owner: 'Owner',
  admin: 'Administrator',
  analyst: 'Analyst',
  viewer: 'Viewer',
  api_client: 'Program',
};

/** What a role may do in the organisation, in one sentence each. */
const mayDo: Readonly<Record<TenantRole, string>> = {
  owner: 'everything that administrators may, and naming other owners.',
  admin: 'invites, suspends and removes people, shuts devices out, sets the policy and reads the record.',
  analyst: 'writes in the projects that they are a member of, and makes new ones.',
  viewer: 'reads the projects that they are a member of, and writes nothing.',
  api_client: 'works by a key, as an analyst does, for a script or another system.',
};

/** What a row of the record is about. */
const actions: Readonly<Record<string, string>> = {
  sign_in: 'Sign-in',
  'session.token_reused': 'A sign-in was used twice, and ended',
  'memberships.create': 'Joined the organisation',
  'memberships.update': 'Membership changed',
  'users.create': 'Person added',
  'users.update': 'Person changed',
  'user_credentials.create': 'Account made',
  'user_credentials.update': 'Password or second factor changed',
  'external_identities.create': 'Tied to the identity provider',
  'devices.create': 'Device registered',
  'devices.update': 'Device changed',
  'user_sessions.create': 'Session opened',
  'user_sessions.update': 'Session changed',
  'user_sessions.delete': 'Old session forgotten',
  'api_keys.create': 'Key made',
  'api_keys.update': 'Key changed',
  'invitations.create': 'Invitation sent',
  'invitations.update': 'Invitation used or withdrawn',
  'tenants.create': 'Organisation made',
  'tenants.update': 'Settings of the organisation changed',
  'subscriptions.create': 'Plan made',
  'subscriptions.update': 'Plan changed',
};

/** Fields whose own names say too little. */
const fields: Readonly<Record<string, string>> = {
  mfa_enabled: 'second factor',
  is_active: 'signed in',
  revoked_at: 'revoked',
  accepted_at: 'accepted',
  expires_at: 'good until',
  full_name: 'name',
  max_users: 'seats',
  privacy_settings: 'privacy settings',
};

/** Words of the people of an organisation, and of the record of what was changed about them. */
export const peopleWords = {
  title: 'People',
  record: 'Record',
  roles,
  mayDo,
  asking: 'Asking the server',
  members: 'Members',
  seats: (taken: number, most: number) => `${taken} of ${most} seats are taken`,
  find: 'Find by name or e-mail',
  more: (count: number) => `And ${count} more. Find them by name or e-mail.`,
  noneFound: 'Nobody here has these words in their name or e-mail.',
  noSeat: 'No seat is left. Remove somebody, withdraw an invitation, or ask for a larger plan.',
  you: 'you',
  suspended: 'suspended',
  roleOf: (name: string) => `Role of ${name} in the organisation`,
  verbs: (name: string) => `What to do with ${name}`,
  suspend: 'Suspend',
  readmit: 'Let in again',
  remove: 'Remove',
  devicesOf: (name: string) => `Devices of ${name}`,
  devices: (count: number) => (count === 1 ? '1 device' : `${count} devices`),
  suspendTitle: (name: string) => `Suspend ${name}?`,
  suspendLead:
    'They are signed out everywhere at once and refused until you let them in again. Nothing of their work goes, here or on their laptops.',
  removeTitle: (name: string) => `Remove ${name} from the organisation?`,
  removeLead:
    'They are signed out everywhere at once, and their keys end. Their work stays with the organisation. What becomes of the copies on their laptops is the policy’s; what they copied before cannot be called back.',
  invite: 'Invite',
  inviteTitle: 'Invite somebody',
  email: 'E-mail',
  role: 'Role',
  makeLink: 'Make the link',
  linkTitle: (email: string) => `Invitation for ${email}`,
  linkLead: (until: string) =>
    `Send this link to nobody else: whoever has it becomes this person. It is shown this once and is good until ${until}.`,
  copyLink: 'Copy link',
  invitations: 'Open invitations',
  invitedUntil: (role: string, by: string, until: string) => `${role}, by ${by}, good until ${until}`,
  theServer: 'the server',
  withdraw: 'Withdraw',
  withdrawNamed: (email: string) => `Withdraw the invitation of ${email}`,
  rolesTitle: 'What a role may do',
  projectHint: 'Who sees and writes which project is set in Sharing: it goes by the members of each project.',
  actions,
  action: (action: string) => actions[action] ?? action.replaceAll(/[._]/g, ' '),
  by: 'Who',
  when: 'When',
  what: 'What',
  about: 'About',
  change: 'Change',
  from: 'From',
  failed: 'failed',
  notKept: (names: readonly string[]) => `${names.join(', ').replaceAll('_', ' ')}: changed, never kept`,
  field: (field: string) => fields[field] ?? field.replaceAll('_', ' '),
  nothing: 'nothing',
  yes: 'yes',
  no: 'no',
  olderRecord: 'Older',
  noRecord: 'Nothing was recorded yet.',
  recordLead:
    'Every change of people, access and settings, with old and new value. It cannot be changed by anybody.',
} as const;

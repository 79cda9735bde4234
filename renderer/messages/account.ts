/** Words of signing in and out, and of one's own account. */
export const accountWords = {
  title: 'Account',
  ways: [
    { id: 'password', title: 'Password' },
    { id: 'invitation', title: 'Invitation' },
    { id: 'browser', title: 'Organisation' },
    { id: 'key', title: 'Key' },
  ],
  browserLead: 'You sign in on the page of your organisation, in your browser, and come back here.',
  browserSubmit: 'Open the sign-in page',
  browserWaits: 'The sign-in page is open in your browser. This goes on when you are back from there.',
  browserAgain: 'Open it again',
  invitation: 'Link of the invitation',
  invitationHint: 'As you were sent it: https://…/join#…',
  invitationBad: 'This is not the link of an invitation. Copy all of it, what stands after # too.',
  invitationLead:
    'The invitation makes your account with the password that you choose here. If you have an account with this address, enter its password.',
  fullName: 'Your name',
  fullNameHint: 'As your colleagues see it.',
  newPasswordHint: 'At least 12 characters. Three or four random words make a good one.',
  device: 'Name of this laptop',
  deviceHint: 'So that you can tell your devices apart. The name that the system has stays here.',
  codeTitle: 'Second factor',
  codeLead: 'Enter the six digits that your authenticator shows now, or a recovery code.',
  code: 'Code',
  goOn: 'Continue',
  back: 'Back',
  tenant: 'Organisation',
  tenantHint: 'You belong to several. Choose the one that this workspace is for.',

  who: 'Signed in as',
  name: 'Name',
  email: 'E-mail',
  organisation: 'Organisation',
  role: 'Role',
  password: 'Password',
  passwordSince: (at: string) => `Last changed ${at}`,
  noPassword: 'You sign in through your organisation, and have no password here.',
  changePassword: 'Change password',
  currentPassword: 'Current password',
  newPassword: 'New password',
  newPasswordAgain: 'New password, again',
  passwordsDiffer: 'Both have to be the same.',
  passwordChanged: 'The password is changed. Your other devices are signed out.',

  second: 'Second factor',
  secondOff:
    'Off. With one, a password alone opens nothing: a code of your phone or computer is asked for, too.',
  secondOn: (codes: number) =>
    `On. ${codes === 1 ? '1 recovery code is' : `${codes} recovery codes are`} left.`,
  setUp: 'Set up a second factor',
  turnOff: 'Turn off',
  turnOffLead: 'After this a password alone signs in again. Enter it with a code of your authenticator.',
  renew: 'New recovery codes',
  renewLead: 'The old ones are good no more. Enter your password with a code of your authenticator.',
  scanLead: 'Scan this with an authenticator, or type the secret into it. Then enter the code that it shows.',
  qr: 'QR code of the address below, for an authenticator',
  secret: 'Secret',
  address: 'Address for authenticators on this laptop',
  confirm: 'Confirm',
  codesTitle: 'Recovery codes',
  codesLead:
    'Each signs you in once when your authenticator is not there. They are shown this once: keep them where you keep passwords.',
  copyCodes: 'Copy codes',
  copied: 'On the clipboard.',
  kept: 'I have kept them',
  secondIsOn: 'The second factor is on.',
  secondIsOff: 'The second factor is off.',

  devices: 'Devices',
  device_: 'Device',
  lastSeen: 'Last seen',
  state: 'State',
  thisDevice: 'this laptop',
  signedIn: 'signed in',
  isSignedOut: 'signed out',
  shutOut: 'shut out',
  notEncrypted: 'not encrypted',
  noDevices: 'No laptop is registered yet.',
  deviceVerbs: 'What to do with the device',
  signOutDevice: 'Sign out',
  shutOutDevice: 'Shut out',
  letIn: 'Let in again',
  shutOutTitle: (name: string) => `Shut out “${name}”?`,
  shutOutLead:
    'For a laptop that is lost or left. It is refused from now on, however it signs in, until an administrator lets it in again. What becomes of its copy is your organisation’s policy.',
  shutOutThis: 'This is the laptop that you are working on.',

  keys: 'Keys',
  keysLead: 'A key lets a script work in your name. Whoever has it is you, within its scopes.',
  key: 'Key',
  newKey: 'New key',
  keyName: 'What it is for',
  keyScopes: 'It may',
  scopes: { read: 'Read', write: 'Write', admin: 'Manage, as far as you may' },
  keyReach: 'It reaches',
  reachAll: 'Everything that I do',
  reachOne: (project: string) => `only “${project}”`,
  reachUnknown: 'only one project, which is not on this laptop',
  keyDays: 'Good for',
  days: [
    { id: '30', title: '30 days' },
    { id: '90', title: '90 days' },
    { id: '365', title: 'A year' },
    { id: 'ever', title: 'Until it is revoked' },
  ],
  createKey: 'Create key',
  keyMade: 'The key is shown this once. Whoever loses it makes another.',
  copyKey: 'Copy key',
  neverUsed: 'never',
  lastUsed: 'Last used',
  until: 'Good until',
  revokeKey: 'Revoke',
  revokeKeyNamed: (name: string) => `Revoke the key “${name}”`,
  noKeys: 'No key was made yet.',
  revoked: 'revoked',
  done: 'Done',

  signOut: 'Sign out',
  unsentTitle: 'Not everything is sent',
  unsent: (waiting: number) =>
    waiting === 1
      ? '1 change has not reached the server yet. It concerns:'
      : `${waiting} changes have not reached the server yet. They concern:`,
  andMore: (count: number) => (count === 1 ? 'and 1 more row' : `and ${count} more rows`),
  keptHere: {
    encrypted:
      'Signed out, they stay in this workspace, encrypted, and go out when you sign in again: under your name, and never under another.',
    plain:
      'Signed out, they stay in this workspace and go out when you sign in again: under your name, and never under another. The workspace is not encrypted.',
  },
  sendFirst: 'Send, then sign out',
  keepAndSignOut: 'Keep here and sign out',
  stay: 'Stay signed in',
  stillUnsent:
    'The server could not be reached, or did not take all of it. Nothing is lost; you are still signed in.',

  removeCopy: 'Remove the copy…',
  removeTitle: 'Remove the copy from this laptop?',
  removeLead:
    'You are signed out, and everything that the server has goes from this laptop: rows with their history, files, and the backups of this workspace. Sessions that were never to be sent stay. Signed in again, you fetch it anew.',
  removeUnsent: (count: number) =>
    `${count === 1 ? '1 change is' : `${count} changes are`} on this laptop only, or in part. ${count === 1 ? 'It is' : 'They are'} lost for good:`,
  backupFirst: 'To keep them, make a backup outside of this workspace first.',
  backups: 'Backups',
  keepCopy: 'Keep the copy',
  removeNow: (count: number) =>
    count === 0
      ? 'Remove the copy'
      : `Remove it and give up ${count === 1 ? '1 change' : `${count} changes`}`,
  copyRemoved: (rows: number) =>
    `The copy is removed: ${rows.toLocaleString()} ${rows === 1 ? 'row' : 'rows'}. You are signed out.`,

  revokedTitle: {
    device: 'This laptop was shut out',
    account: 'Your account was taken out of the organisation',
  },
  revokedLead: {
    device:
      'Somebody who manages your organisation, or you from another device, has shut this laptop out. Nothing is sent or fetched any more.',
    account:
      'Somebody who manages your organisation has ended your membership. Nothing is sent or fetched any more.',
  },
  revokedCopy: {
    keep_encrypted: 'By the policy of your organisation the copy stays on this laptop, and you can read it.',
    wipe: 'By the policy of your organisation the copy is taken off this laptop, what came from the server and its history.',
  },
  revokedInbox:
    'What you had not sent is in the inbox, where this workspace is encrypted; else it went with the copy.',
  revokedUnsent: (waiting: number) =>
    waiting === 0
      ? 'Everything that you did here had been sent.'
      : `${waiting === 1 ? '1 change of yours was' : `${waiting} changes of yours were`} not sent. What is named below waits in this workspace, under your name only:`,
  revokedNext: 'If this is a mistake, ask an administrator to let you in again. Then try again here.',
} as const;

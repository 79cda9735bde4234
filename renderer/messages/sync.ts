import type { SyncStatus } from '../../preload/contract/sync.ts';

/** How long ago a moment was, in words that hold for a while. */
export function ago(at: string, now: number): string {
  const minutes = Math.floor((now - Date.parse(at)) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ago`;
  return `${Math.floor(hours / 24)} days ago`;
}

type Progress = NonNullable<SyncStatus['progress']>;

function figure(count: number): string {
  return count.toLocaleString();
}

/** A stretch of time to come, in words that are as exact as a guess may be. */
function span(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

const states: Readonly<Record<SyncStatus['state'], string>> = {
  off: 'Not connected to a server',
  choosing: 'Connected; nothing was sent yet',
  paused: 'Working offline',
  idle: 'In sync',
  syncing: 'Syncing',
  offline: 'The server cannot be reached',
  'signed-out': 'Signed out of the server',
  retired: 'This laptop was retired on the server',
  update: 'The server needs a newer version of the Workbench',
  'server-older': 'The server is older than this Workbench',
  refused: 'The server did not take what was sent',
};

/** Words of sync with a server. */
export const syncWords = {
  title: 'Sync',
  states,
  alone: 'On this laptop only',
  changes: (count: number) => (count === 1 ? '1 change waits' : `${count} changes wait`),
  since: (at: string, now: number) => `, the oldest from ${ago(at, now)}`,
  last: (at: string, now: number) => `Last sync ${ago(at, now)}`,
  progress: ({ phase, done, total }: Progress) =>
    `${phase === 'sending' ? 'Sending' : 'Taking over'}: ${figure(done)}${total === null ? '' : ` of ${figure(total)}`} ${
      phase === 'sending' ? 'changes' : 'rows'
    }`,
  left: (seconds: number) => `about ${span(seconds)} left`,
  tried: (attempts: number) => `Tried ${attempts === 1 ? 'once' : `${attempts} times`}`,
  again: (at: string, now: number) => {
    const seconds = Math.ceil((Date.parse(at) - now) / 1000);
    return seconds <= 1 ? 'trying again now' : `again in ${span(seconds)}`;
  },
  offlineSince: (moment: string) => `Offline since ${moment}. Everything you do is kept here`,
  now: 'Sync now',
  tryNow: 'Try now',
  review: 'Look at what was refused',
  stepsLabel: 'Steps of connecting',
  steps: { signIn: 'Sign in', take: 'What to take along', leaving: 'What would leave' },
  nothingSent: 'Connected. Nothing is sent or taken before you begin.',
  nextLeaving: 'Next: what would leave',
  backToTake: 'Back',
  begin: 'Begin the first sync',
  first: 'First sync',
  firstHint: 'You can work meanwhile. What has arrived can be read at once.',
  firstStopped: 'Stopped. What has arrived stays, and it goes on from there.',
  firstStop: 'Stop for now',
  firstResume: 'Go on with it',
  sparingTitle: 'On battery and metered networks',
  sparingLead: 'Changes always go, if less often. Files are what costs power and money.',
  sparingChoices: [
    { id: 'rows', title: 'Changes go, files wait' },
    { id: 'all', title: 'Everything goes' },
  ] as const,
  sparing: {
    battery: 'This laptop runs on battery: changes go every three minutes.',
    metered: 'This network is metered: changes go every three minutes.',
  },
  held: (files: number) =>
    files === 0
      ? 'No file waits.'
      : `${files === 1 ? '1 file waits' : `${files} files wait`} for power or another network.`,
  pause: 'Work offline',
  resume: 'Go online',
  signedOut: (waiting: number) => {
    if (waiting === 0) return 'Signed out. Everything was sent.';
    const what =
      waiting === 1
        ? '1 change waits in this workspace and goes'
        : `${waiting} changes wait in this workspace and go`;
    return `Signed out. ${what} out only under your name.`;
  },
  connect: 'Connect a server',
  connectLead:
    'Your work stays on this laptop and is sent to the server of your organisation, so that your other laptops and your colleagues have it. This workspace then belongs to you there; another account needs another workspace.',
  url: 'Address of the server',
  urlHint: 'Such as https://sync.example.org',
  how: 'Sign in with',
  ways: [
    { id: 'password', title: 'Password' },
    { id: 'key', title: 'Key' },
  ],
  email: 'E-mail',
  password: 'Password',
  code: 'Code of the second factor',
  codeHint: 'Only where you have set one up.',
  key: 'Key',
  submit: 'Sign in and connect',
  unprotected:
    'This workspace is not encrypted, so that you stay signed in only until the Workbench is closed. Encrypt it in Settings to stay signed in.',
  leaving: 'What would leave',
  server: 'Server',
  organisation: 'Organisation',
  exchange: 'Exchange',
  toSend: 'To send',
  nothingToSend: 'Nothing: the server has all of it',
  lastSyncFact: 'Last sync',
  notYet: 'Not yet',
  filesFact: 'Files',
  filesSettled: 'None on the way',
  filesWaiting: (files: number) => `${figure(files)} on the way`,
  decisions: 'Inbox',
  noDecisions: 'Nothing waits for your word',
  connection: 'Connection',
  person: 'Signed in as',
  belongsTo: 'Belongs to',
  privacy: 'Privacy',
  policy: (version: number) => `Version ${version} of the organisation’s settings`,
  clock: (minutes: number) =>
    `The clock of this laptop is ${Math.abs(minutes)} min ${minutes > 0 ? 'behind' : 'ahead of'} the server’s. Set it: who wrote last is told by clocks.`,
  projects: 'Projects',
  sharingOf: (project: string) => `Sharing of “${project}”`,
  newProject: 'New project',
  makeProject: 'Make the project',
  renameProject: 'Rename the project',
  membersCount: (count: number) => (count === 1 ? '1 person' : `${count} people`),
  isOpen: 'open to the organisation',
  personalProject: 'your own',
  personalHint:
    'The workspace’s own project, where new sessions stand. It is never open to the organisation.',
  whoReads: 'Who may read it',
  visibilities: {
    private: {
      title: 'Members only',
      hint: 'Nobody else in the organisation learns that it is there.',
    },
    internal: {
      title: 'Everybody in the organisation',
      hint: 'Others may take it along and read it, restricted sessions apart. Only members write.',
    },
    public: {
      title: 'Everybody in the organisation',
      hint: 'Others may take it along and read it, restricted sessions apart. Only members write.',
    },
  },
  members: 'Members',
  owner: 'Owner',
  notYours: 'Only its owner and its leads change who is in it.',
  role: 'Role',
  roles: { lead: 'Lead', editor: 'Editor', reviewer: 'Reviewer', reader: 'Reader' },
  roleOf: (name: string) => `Role of ${name}`,
  you: 'You',
  thatIsYou: '(you)',
  addPerson: 'Person',
  findPerson: 'Find by name',
  add: 'Add',
  removeMember: (name: string) => `Take ${name} out of the project`,
  sharingHint:
    'Members have every session of the project, restricted ones apart. Who is taken out loses the copy at their next sync; what they copied before cannot be called back.',
  noPeople: 'Nobody to share with yet.',
  noPeopleHint: 'The people of your organisation stand here after the first sync.',
  partsLabel: 'Parts of sync',
  parts: {
    state: 'State',
    taken: 'Taken along',
    leaving: 'What would leave',
    receipts: 'What left',
    sharing: 'Sharing',
  },
  asking: 'Asking how sync stands.',
  alsoHere: (names: readonly string[]) => `Also here: ${names.join(', ')}`,
} as const;

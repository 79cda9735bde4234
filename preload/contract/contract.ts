import type { ContractRouterClient } from '@orpc/contract';
import { annotations, claims } from './argument.ts';
import { activity, capture } from './capture.ts';
import { edits, lists, rows } from './data.ts';
import { documents } from './documents.ts';
import { events } from './events.ts';
import { exports, imports } from './exports.ts';
import { diagnostics, privacy, settings } from './governance.ts';
import { overview } from './overview.ts';
import { account, people } from './people.ts';
import { references } from './references.ts';
import { model, search } from './search.ts';
import { sync } from './sync.ts';
import { backups, keys, workspaces } from './workspaces.ts';

/** The one contract between the host and whoever drives it: windows, browsers, the CLI, tests. */
export const contract = {
  workspaces,
  keys,
  backups,
  rows,
  edits,
  lists,
  overview,
  capture,
  activity,
  search,
  model,
  documents,
  claims,
  annotations,
  references,
  privacy,
  exports,
  imports,
  settings,
  sync,
  account,
  people,
  diagnostics,
  events,
};

/** The contract as its callers see it: functions that answer with promises. */
export type HostClient = ContractRouterClient<typeof contract>;

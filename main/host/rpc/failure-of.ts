import { randomUUID } from 'node:crypto';
import type { Failure } from '../../../preload/contract/errors.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import { causeFields, type Log } from '../log/log.ts';

const internalMessage =
  'Something failed inside the Workbench. What was saved before is safe. Try again, or copy the report from Settings.';

/** The failure that may cross a border for any error. What is not meant to be shown becomes `internal` with a reference. */
export function failureOf(error: unknown, log: Log): Failure {
  if (error instanceof WorkbenchError) {
    if (error.cause !== undefined)
      log.write('warning', 'call.failed', { failure: error.code, ...causeFields(error.cause) });
    return { code: error.code, message: error.message, details: error.details };
  }
  const system = systemFailure(error);
  if (system !== null) {
    log.write('warning', 'call.failed', { failure: system.code, ...causeFields(error) });
    return system;
  }
  const reference = randomUUID();
  log.write('error', 'call.internal', { reference, ...causeFields(error) });
  return { code: 'internal', message: internalMessage, details: { reference } };
}

const systemFailures: Readonly<Record<string, Failure>> = {
  ENOSPC: {
    code: 'disk-full',
    message: 'The disk is full. Nothing that was saved is lost. Free some space and try again.',
  },
  SQLITE_FULL: {
    code: 'disk-full',
    message: 'The disk is full. Nothing that was saved is lost. Free some space and try again.',
  },
  EROFS: {
    code: 'disk-read-only',
    message: 'This disk can only be read. Nothing was changed. Choose a folder that can be written to.',
  },
  SQLITE_READONLY: {
    code: 'disk-read-only',
    message: 'This workspace can only be read. Nothing was changed. Check the permissions of its folder.',
  },
  EACCES: {
    code: 'disk-read-only',
    message: 'This folder may not be written to. Nothing was changed. Check its permissions.',
  },
  SQLITE_CORRUPT: {
    code: 'workspace-damaged',
    message: 'The workspace file is damaged. Its backups are untouched: restore one into a new workspace.',
  },
};

function systemFailure(error: unknown): Failure | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  return systemFailures[error.code] ?? null;
}

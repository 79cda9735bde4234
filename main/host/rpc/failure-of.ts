import { randomUUID } from 'node:crypto';
import type { Failure } from '../../../preload/contract/errors.ts';
import type { ErrorCode } from '../../../preload/contract/errors.ts';
import { BlobError } from '../../../db/replica/blobs/blob-store.ts';
import { KeyError } from '../../../db/replica/keys/key-ring.ts';
import { InputError } from '../../../db/replica/rows/input-error.ts';
import { failureKind, OpenError, type OpenFailure } from '../../../db/replica/sqlite/open-error.ts';
import { UnfaithfulValueError } from '../../../sync/core/value.ts';
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
  const known = knownFailure(error);
  if (known !== null) return known;
  const system = systemFailure(error);
  if (system !== null) {
    log.write('warning', 'call.failed', { failure: system.code, ...causeFields(error) });
    return system;
  }
  const reference = randomUUID();
  log.write('error', 'call.internal', { reference, ...causeFields(error) });
  return { code: 'internal', message: internalMessage, details: { reference } };
}

const openFailures: Readonly<Record<OpenFailure, ErrorCode>> = {
  'wrong-key': 'wrong-key',
  'not-a-database': 'workspace-damaged',
  damaged: 'workspace-damaged',
  newer: 'workspace-newer',
  'read-only': 'disk-read-only',
  'disk-full': 'disk-full',
  missing: 'workspace-missing',
  'in-use': 'workspace-in-use',
  failed: 'workspace-damaged',
};

/** The failures that the layers below describe themselves, in sentences that are safe to show. */
function knownFailure(error: unknown): Failure | null {
  if (!(error instanceof Error)) return null;
  const { message } = error;
  if (error instanceof OpenError) return { code: openFailures[error.kind], message };
  if (error instanceof KeyError) return { code: 'wrong-key', message };
  if (error instanceof InputError)
    return { code: 'invalid-input', message, details: { column: error.column } };
  if (error instanceof UnfaithfulValueError) return { code: 'invalid-input', message };
  if (error instanceof BlobError) return { code: 'not-found', message };
  // Told by name: their modules would bring the model and the archiver into every process.
  if (error.name === 'ModelError') return { code: 'model-missing', message };
  if (error.name === 'BackupError') return { code: 'invalid-input', message };
  return null;
}

/** Whether something failed because there is no room on this laptop's disk, here or in one of its threads. */
export function isDiskFull(error: unknown): boolean {
  return (error instanceof WorkbenchError ? error.code : failureKind(error)) === 'disk-full';
}

const noRoom: Failure = {
  code: 'disk-full',
  message: 'The disk is full. Nothing that was saved is lost. Free some space and try again.',
};

const systemFailures: Readonly<Record<string, Failure>> = {
  ENOSPC: noRoom,
  EDQUOT: noRoom,
  SQLITE_FULL: noRoom,
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

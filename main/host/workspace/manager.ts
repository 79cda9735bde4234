import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { CurrentWorkspace, ReadOnly, WorkspaceSummary } from '../../../preload/contract/workspaces.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import { writeKeyFile } from '../../../db/replica/keys/key-file.ts';
import {
  createKeys,
  removeWrap,
  replaceWrap,
  type Secret,
  plainKeyFile,
  unlock,
} from '../../../db/replica/keys/key-ring.ts';
import { closeWorkspace, createWorkspace } from '../../../db/replica/workspace/workspace.ts';
import { changeEncryption } from '../../../db/replica/care/encryption.ts';
import { isWorkspace, layoutOf } from '../../../db/replica/workspace/layout.ts';
import { FileLog, type Log, silentLog } from '../log/log.ts';
import { folderWarning } from '../places/folder-warning.ts';
import { RecentList, summaryOf } from '../places/recent-list.ts';
import { workspacesFolder } from '../places/config-folder.ts';
import { onlyRead } from '../data/reading-writer.ts';
import { failureOf } from '../rpc/failure-of.ts';
import {
  emptyTemporary,
  keysOf,
  moveFromTrash,
  moveToTrash,
  refuseUsedFolder,
  unpackBackup,
} from './folders.ts';
import { logFolder, openSession, whileLocked, type WorkspaceSession } from './session.ts';
import type { ManagerOptions, NewWorkspace, State } from './state.ts';

/** Which workspace is open, and the steps between none, locked and open. One step at a time. */
export class WorkspaceManager {
  readonly recent: RecentList;
  readonly #options: ManagerOptions;
  /** Names of workspaces that this process moved to the trash: a closed folder tells only its own. */
  readonly #trashedNames = new Map<string, string>();
  #state: State = { state: 'none' };
  #log: Log = silentLog;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: ManagerOptions) {
    this.#options = options;
    this.recent = new RecentList(options.configFolder);
  }

  get log(): Log {
    return this.#log;
  }

  /** The open workspace, or a refusal that says what to do. */
  session(): WorkspaceSession {
    if (this.#state.state === 'open') return this.#state.session;
    if (this.#state.state === 'locked') {
      throw new WorkbenchError('workspace-locked', 'This workspace is locked. Unlock it with its key first.');
    }
    throw new WorkbenchError('workspace-missing', 'No workspace is open. Open one, or make a new one.');
  }

  /** The open workspace, where its files may be changed. */
  writableSession(): WorkspaceSession {
    const session = this.session();
    if (session.readOnly !== null) throw onlyRead();
    return session;
  }

  get openSession(): WorkspaceSession | null {
    return this.#state.state === 'open' ? this.#state.session : null;
  }

  current(): CurrentWorkspace {
    const state = this.#state;
    const open = state.state === 'open';
    const folder = open ? state.session.folder : state.state === 'none' ? null : state.folder;
    const keys = folder === null || open ? null : keysOf(folder);
    return {
      state: state.state,
      workspace: folder === null ? null : this.#summary(folder, open ? state.facts.name : null),
      failure: state.state === 'failed' ? state.failure : null,
      unlockBy: [...new Set(keys?.wraps.map((wrap) => wrap.kind) ?? [])],
      authorId: open ? state.facts.author : null,
      authorName: open ? userInfo().username : null,
      readOnly: open ? state.session.readOnly : null,
    };
  }

  list(): WorkspaceSummary[] {
    return this.recent.read().map(summaryOf);
  }

  suggestPath(name: string): { path: string; warning: string | null } {
    const safe = name.replaceAll(/[^\p{L}\p{N} _-]+/gu, ' ').trim() || 'Workspace';
    const parent = workspacesFolder();
    let path = join(parent, safe);
    for (let n = 2; existsSync(path); n += 1) path = join(parent, `${safe} ${n}`);
    return { path, warning: folderWarning(path) };
  }

  /** Makes a workspace and opens it. Answers with its recovery key, shown this once. */
  create(wanted: NewWorkspace): Promise<{ recoveryKey: string | null }> {
    return this.#step(async () => {
      const folder = resolve(wanted.path);
      await refuseUsedFolder(folder);
      await this.#close();
      const keys = wanted.secrets.length === 0 ? null : await createKeys(wanted.secrets);
      const made = createWorkspace({
        folder,
        name: wanted.name,
        authorName: userInfo().username,
        ...(keys === null ? {} : { dataKey: keys.dataKey, keyFile: keys.file }),
      });
      closeWorkspace(made);
      await this.#open(folder, keys?.dataKey ?? null);
      return { recoveryKey: keys?.recoveryKey ?? null };
    });
  }

  /**
   * Opens a workspace, or stops before its lock where it needs a key. A failure is a state that can be shown. `readOnly` shows it as
   * it stands now and takes no lock: the way to a workspace that cannot be written.
   */
  open(path: string, { readOnly = false }: { readonly readOnly?: boolean } = {}): Promise<CurrentWorkspace> {
    return this.#step(async () => {
      const folder = resolve(path);
      if (this.#isOpen(folder, readOnly)) return this.current();
      const because =
        this.#state.state === 'failed' && this.#state.folder === folder ? this.#state.failure.code : null;
      await this.#close();
      if (!isWorkspace(folder)) {
        throw new WorkbenchError(
          'workspace-missing',
          `There is no workspace at ${folder}. Choose another folder.`,
        );
      }
      const reading = readOnly ? { because, asOf: new Date().toISOString() } : null;
      if (keysOf(folder)?.encrypted === true) this.#to({ state: 'locked', folder, readOnly: reading });
      else await this.#openOrFail(folder, null, reading);
      return this.current();
    });
  }

  unlock(secret: Secret): Promise<CurrentWorkspace> {
    return this.#step(async () => {
      if (this.#state.state !== 'locked') return this.current();
      const { folder, readOnly } = this.#state;
      const keys = keysOf(folder);
      if (keys === null)
        throw new WorkbenchError('workspace-damaged', 'The key file of this workspace is missing.');
      await this.#openOrFail(folder, await unlock(keys, secret), readOnly);
      return this.current();
    });
  }

  /** The secret that the system's store has for the workspace that is open or locked. */
  async systemSecret(): Promise<Secret> {
    const folder = this.#state.state === 'locked' ? this.#state.folder : this.session().folder;
    const bytes = await this.#options.secrets?.load(folder);
    if (bytes != null) return { by: 'system-store', bytes };
    throw new WorkbenchError(
      'wrong-key',
      'This system keeps no key for the workspace. Use another way to unlock it.',
    );
  }

  /** Lets the system's store open this workspace on this laptop, or ends that. */
  async remember(wanted: boolean): Promise<void> {
    const { folder, dataKey } = this.writableSession();
    const keys = keysOf(folder);
    if (dataKey === null || keys === null) {
      throw new WorkbenchError(
        'not-allowed',
        'This workspace is not encrypted, so there is no key to remember.',
      );
    }
    const { keys: path } = layoutOf(folder);
    if (!wanted) return writeKeyFile(path, removeWrap(keys, 'system-store'));
    const bytes = randomBytes(32);
    const saved = await this.#options.secrets?.save(folder, bytes);
    if (saved !== true) {
      throw new WorkbenchError('not-allowed', 'This system offers no store for keys. Nothing was changed.');
    }
    writeKeyFile(path, await replaceWrap(keys, dataKey, { by: 'system-store', bytes }));
  }

  /** The workspace that was opened last, where it is still there. */
  lastOpened(): string | null {
    return this.recent.read().find((each) => isWorkspace(each.path))?.path ?? null;
  }

  /** Closes an encrypted workspace and asks for its key again. */
  lock(): Promise<CurrentWorkspace> {
    return this.#step(async () => {
      if (this.#state.state !== 'open' || this.#state.session.dataKey === null) return this.current();
      const { folder, readOnly } = this.#state.session;
      await this.#close();
      this.#to({ state: 'locked', folder, readOnly });
      return this.current();
    });
  }

  close(): Promise<CurrentWorkspace> {
    return this.#step(async () => {
      await this.#close();
      return this.current();
    });
  }

  async rename(path: string, name: string): Promise<WorkspaceSummary> {
    const folder = resolve(path);
    if (this.#state.state === 'open' && this.#state.session.folder === folder) {
      await this.#state.session.data.writer.call('workspace.rename', name);
      this.#state = { ...this.#state, facts: { ...this.#state.facts, name } };
    }
    const known = this.recent.read().find((each) => each.path === folder);
    this.recent.note({
      path: folder,
      encrypted: keysOf(folder)?.encrypted ?? false,
      openedAt: known?.openedAt ?? null,
      name,
    });
    this.#options.onWorkspace(this.current());
    return this.#summary(folder, name);
  }

  /** Moves a workspace's folder aside. Nothing in it is touched. */
  trash(path: string): Promise<{ trashedTo: string }> {
    return this.#step(async () => {
      const folder = resolve(path);
      if (!isWorkspace(folder))
        throw new WorkbenchError('workspace-missing', `There is no workspace at ${folder}.`);
      if (this.#state.state === 'open' && this.#state.session.folder === folder) await this.#close();
      const trashedTo = moveToTrash(folder);
      this.#trashedNames.set(
        trashedTo,
        this.recent.read().find((each) => each.path === folder)?.name ?? basename(folder),
      );
      this.recent.forget(folder);
      this.#options.onWorkspace(this.current());
      return { trashedTo };
    });
  }

  restoreFromTrash(trashedTo: string): WorkspaceSummary {
    const { folder, name: folderName } = moveFromTrash(resolve(trashedTo));
    const name = this.#trashedNames.get(resolve(trashedTo)) ?? folderName;
    this.recent.note({ path: folder, name, encrypted: keysOf(folder)?.encrypted ?? false, openedAt: null });
    this.#options.onWorkspace(this.current());
    return this.#summary(folder, name);
  }

  /** Puts a backup into a new folder, and ends there what was purged since it was made. It is not opened. */
  async restoreBackup(file: string, into: string): Promise<WorkspaceSummary> {
    const folder = resolve(into);
    await refuseUsedFolder(folder);
    const ledger = this.openSession === null ? null : layoutOf(this.openSession.folder).purgeLedger;
    unpackBackup(resolve(file), folder, ledger);
    const name = basename(folder);
    this.recent.note({ path: folder, name, encrypted: keysOf(folder)?.encrypted ?? false, openedAt: null });
    this.#options.onWorkspace(this.current());
    return this.#summary(folder, name);
  }

  /** Encrypts the open workspace where it stands, and opens it again. Answers with its recovery key, shown this once. */
  encrypt(passphrase: string): Promise<{ recoveryKey: string }> {
    return this.#step(async () => {
      const { folder, dataKey } = this.writableSession();
      if (dataKey !== null) throw new WorkbenchError('not-allowed', 'This workspace is encrypted already.');
      const keys = await createKeys([{ by: 'passphrase', passphrase }]);
      await this.#close();
      try {
        const change = { from: null, to: keys.dataKey, keyFile: keys.file };
        whileLocked(folder, () => changeEncryption(folder, change));
      } catch (error) {
        await this.#openOrFail(folder, null);
        throw error;
      }
      await this.#openOrFail(folder, keys.dataKey);
      return { recoveryKey: keys.recoveryKey };
    });
  }

  /** Decrypts the open workspace in place, and opens it again. A secret that opens it is asked for once more. */
  decrypt(secret: Secret): Promise<void> {
    return this.#step(async () => {
      const { folder, dataKey } = this.writableSession();
      const keys = keysOf(folder);
      if (dataKey === null || keys === null)
        throw new WorkbenchError('not-allowed', 'This workspace is not encrypted.');
      await unlock(keys, secret);
      await this.#close();
      try {
        const change = { from: dataKey, to: null, keyFile: plainKeyFile() };
        whileLocked(folder, () => changeEncryption(folder, change));
      } catch (error) {
        await this.#openOrFail(folder, dataKey);
        throw error;
      }
      await this.#openOrFail(folder, null);
    });
  }

  /** The newest lines of the log: ids and codes. */
  recentLog(): string {
    return this.#log instanceof FileLog ? this.#log.tail(200) : '';
  }

  /** Removes what can be made again: temporary files and rotated logs. */
  freeSpace(): Promise<{ freed: number }> {
    return emptyTemporary(this.writableSession().folder);
  }

  #summary(folder: string, name: string | null): WorkspaceSummary {
    const known = this.recent.read().find((each) => each.path === folder);
    return summaryOf({
      path: folder,
      name: name ?? known?.name ?? basename(folder),
      encrypted: keysOf(folder)?.encrypted ?? false,
      openedAt: known?.openedAt ?? null,
    });
  }

  /** Whether a folder is what is open, in the way that is asked for; a workspace that is only read may be tried again. */
  #isOpen(folder: string, readOnly: boolean): boolean {
    if (this.#state.state !== 'open' || this.#state.session.folder !== folder) return false;
    return readOnly || this.#state.session.readOnly === null;
  }

  async #openOrFail(
    folder: string,
    dataKey: Uint8Array | null,
    readOnly: ReadOnly | null = null,
  ): Promise<void> {
    try {
      await this.#open(folder, dataKey, readOnly);
    } catch (error) {
      const { code, message } = failureOf(error, this.#log);
      this.#to({ state: 'failed', folder, failure: { code, message } });
      throw error;
    }
  }

  async #open(folder: string, dataKey: Uint8Array | null, readOnly: ReadOnly | null = null): Promise<void> {
    const encrypted = dataKey !== null;
    this.#log = new FileLog(logFolder(folder, encrypted || readOnly !== null, this.#options.configFolder));
    const session = await openSession({ ...this.#options, folder, dataKey, readOnly, log: this.#log });
    const facts = await session.data.writer.call('workspace.facts', undefined);
    this.recent.note({ path: folder, name: facts.name, encrypted, openedAt: new Date().toISOString() });
    this.#log.write('info', 'workspace.opened', {
      encrypted,
      copied: facts.wasCopied,
      readOnly: readOnly !== null,
    });
    this.#to({ state: 'open', session, facts });
    await this.#options.afterOpen(session);
  }

  async #close(): Promise<void> {
    const state = this.#state;
    this.#state = { state: 'none' };
    if (state.state === 'open') {
      await this.#options.beforeClose(state.session);
      await state.session.close();
      this.#log.write('info', 'workspace.closed');
    }
    if (state.state !== 'none') this.#options.onWorkspace(this.current());
  }

  #to(state: State): void {
    this.#state = state;
    this.#options.onWorkspace(this.current());
  }

  #step<T>(body: () => Promise<T>): Promise<T> {
    const next = this.#turn.then(body, body);
    this.#turn = next.catch(() => undefined);
    return next;
  }
}

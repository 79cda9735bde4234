import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { failureKind } from '../../../db/replica/sqlite/open-error.ts';
import type { WorkspaceSummary } from '../../../preload/contract/workspaces.ts';
import { folderWarning } from './folder-warning.ts';

const recentSchema = z.object({
  v: z.literal(1),
  workspaces: z.array(
    z.object({
      path: z.string(),
      name: z.string(),
      encrypted: z.boolean(),
      openedAt: z.string().nullable(),
    }),
  ),
});

export type RecentWorkspace = z.infer<typeof recentSchema>['workspaces'][number];

const kept = 50;

/** The workspaces that this person opened, newest first, in one small file of the config folder. */
export class RecentList {
  readonly #file: string;
  readonly #folder: string;

  constructor(configFolder: string) {
    this.#folder = configFolder;
    this.#file = join(configFolder, 'workspaces.json');
  }

  /** All of them; a list that cannot be read counts as empty, because it only repeats what folders say. */
  read(): RecentWorkspace[] {
    try {
      return recentSchema.parse(JSON.parse(readFileSync(this.#file, 'utf8'))).workspaces;
    } catch {
      return [];
    }
  }

  /** Puts a workspace first. */
  note(workspace: RecentWorkspace): void {
    const path = resolve(workspace.path);
    this.#write([{ ...workspace, path }, ...this.read().filter((each) => each.path !== path)].slice(0, kept));
  }

  forget(path: string): void {
    this.#write(this.read().filter((each) => each.path !== resolve(path)));
  }

  /** A full disk keeps nobody from a workspace: the list then stays as it was. */
  #write(workspaces: readonly RecentWorkspace[]): void {
    const temporary = `${this.#file}.${randomUUID()}`;
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      writeFileSync(temporary, `${JSON.stringify({ v: 1, workspaces }, null, 2)}\n`, { mode: 0o600 });
      renameSync(temporary, this.#file);
    } catch (error) {
      rmSync(temporary, { force: true });
      if (failureKind(error) === null) throw error;
    }
  }
}

/** A workspace as lists show it. */
export function summaryOf(recent: RecentWorkspace): WorkspaceSummary {
  return {
    path: recent.path,
    name: recent.name === '' ? basename(recent.path) : recent.name,
    encrypted: recent.encrypted,
    openedAt: recent.openedAt,
    warning: folderWarning(recent.path),
    missing: !existsSync(recent.path),
  };
}

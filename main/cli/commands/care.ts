import { resolve } from 'node:path';
import type { HostClient } from '../../../preload/contract/contract.ts';
import type { Destination } from '../../../preload/contract/governance.ts';
import { type Action, done, partly } from '../context.ts';
import { describeFailure } from '../terminal/failure.ts';
import { say } from '../terminal/output.ts';

/** `workbench model status`. */
export function modelStatus(): Action {
  return async ({ client: open }) => {
    const status = await (await open()).model.status();
    return done(status, [status.sentence]);
  };
}

/** `workbench model install`: obtains, verifies and converts the embedding model. */
export function installModel(from: string | undefined): Action {
  return async ({ client: open }) => {
    const installed = await (await open()).model.install(from === undefined ? {} : { from: resolve(from) });
    return done(installed, [`The model ${installed.modelId} is ready.`]);
  };
}

/** Obtains a missing model before work that asks for meaning; where that fails, says so once and goes on by text. */
export async function obtainModel(client: HostClient): Promise<void> {
  const { state, place } = await client.model.status();
  if (state !== 'missing' || place !== 'laptop') return;
  if ((await client.settings.get()).embedding.kind !== 'laptop') return;
  try {
    await client.model.install({});
  } catch (error) {
    say(describeFailure(error).failure.message);
  }
}

/** `workbench doctor`: exit 0 only where all is well. */
export function examine(reindex: boolean): Action {
  return async ({ client: open }) => {
    const report = await (await open()).diagnostics.doctor({ reindex });
    const lines = report.ok ? ['All is well.'] : report.problems.map((problem) => problem.sentence);
    return (report.ok ? done : partly)(report, lines);
  };
}

export function createBackup(out: string | undefined): Action {
  return async ({ client: open }) => {
    const made = await (await open()).backups.create(out === undefined ? {} : { file: resolve(out) });
    return done(made, [`${made.file} (${made.bytes} bytes)`]);
  };
}

export function verifyBackup(file: string): Action {
  return async ({ client: open }) => {
    const verdict = await (await open()).backups.verify({ file: resolve(file) });
    const lines = verdict.ok ? ['The backup opens and is whole.'] : verdict.problems;
    return (verdict.ok ? done : partly)(verdict, lines);
  };
}

/** `workbench leaving`: what would leave for a destination, with the rule for each. */
export function showLeaving(to: string, waiting: boolean): Action {
  return async ({ client: open }) => {
    const client = await open();
    if (to === 'server') return leavingToServer(client, waiting ? 'waiting' : 'all');
    const { sentence, items, counts } = await client.privacy.leaving({ to: to as Destination, limit: 1000 });
    return done({ items, counts }, [
      sentence,
      ...items.map((item) => `${item.decision}  ${item.label}  ${item.rule}`),
    ]);
  };
}

async function leavingToServer(client: HostClient, which: 'all' | 'waiting') {
  const first = await client.sync.leaving({ which, limit: 500 });
  const rows = [...first.rows];
  for (let { next } = first; next !== null;) {
    const page = await client.sync.leaving({ which, after: next, limit: 500 });
    rows.push(...page.rows);
    ({ next } = page);
  }
  const { sentence, policyVersion, sessions } = first;
  return done({ sentence, policyVersion, sessions, rows }, [
    sentence,
    ...rows.flatMap(({ entity, id, label, fields, file }) =>
      [
        ...fields.map(({ decision, rule, columns }) => [decision, columns.join(' '), rule]),
        ...(file === null ? [] : [[file.decision, `file ${file.name}`, file.rule]]),
      ].map(
        ([decision, what, rule]) =>
          `${decision}  ${label === '' ? `${entity} ${id}` : label}  ${what}  ${rule}`,
      ),
    ),
  ]);
}

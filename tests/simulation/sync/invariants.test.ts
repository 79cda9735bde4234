import { expect, test } from 'vitest';
import {
  cursorFaults,
  numberFaults,
  purgedSteps,
  queueSteps,
  resultFaults,
  servedFaults,
  viewSteps,
} from './invariants.ts';
import type { Device } from './device.ts';
import { withWorld } from './scene.ts';
import { type View, viewOf } from './view.ts';
import type { World } from './world.ts';

/** A settled world in which one thing is broken by hand, and what is said of it. */
async function broken(look: (view: View, world: World, device: Device) => string[]): Promise<string[]> {
  let found: string[] = [];
  await withWorld(async (world, ada) => {
    found = look(viewOf(ada.replica.db), world, ada);
  });
  return found;
}

const first = <K, V>(map: ReadonlyMap<K, V>, fits: (value: V, key: K) => boolean = () => true): [K, V] => {
  const found = [...map].find(([key, value]) => fits(value, key));
  if (found === undefined) throw new Error('There is nothing to break.');
  return found;
};

test('[P8] a cursor that stands over a row that is not here is a fault (I1)', async () => {
  const of = (view: View, { tenant }: World, { name, user }: Device) =>
    cursorFaults(name, user, view, tenant);
  expect(await broken(of)).toEqual([]);
  const without = await broken((view, world, device) => {
    const [gone] = first(view.rows);
    const rows = new Map([...view.rows].filter(([row]) => row !== gone));
    return of({ ...view, rows }, world, device);
  });
  expect(without[0]).toMatch(/^I1 ada/);
});

test('a cursor or a row that goes back is a fault (I2, V4)', async () => {
  const back = await broken((view) => {
    const [scope, cursor] = first(view.cursors, ({ seq }) => seq > 1n);
    const [row, held] = first(view.rows, ({ seq }) => seq > 1n);
    return viewSteps('ada', view, {
      ...view,
      cursors: new Map(view.cursors).set(scope, { ...cursor, seq: 1n }),
      rows: new Map(view.rows).set(row, { ...held, seq: 1n }),
    });
  });
  expect(back.map((fault) => fault.slice(0, 2))).toEqual(['V4', 'I2']);
});

test('what was not sent and is in no queue, or was given back and is not in the inbox, is a fault (I5, I6)', async () => {
  const lost = await broken((view) =>
    queueSteps(
      'ada',
      { ...view, queue: new Map([[901, 'pending']]) },
      { ...view, queue: new Map([[902, 'inbox']]), inbox: new Set() },
    ),
  );
  expect(lost.map((fault) => fault.slice(0, 2))).toEqual(['I5', 'I6']);
});

test('[P10] a row that is given to somebody who may not read its scope is a fault (I9)', () => {
  const reply = '{"s":"7","h":"00","e":6,"sc":"session:x"}\n{"trailer":{}}\n';
  expect(servedFaults('ada', reply, new Set(['session:x']))).toEqual([]);
  expect(servedFaults('ada', reply, new Set(['tenant']))[0]).toMatch(/^I9/);
});

test('a purged row that is there again is a fault (I10)', async () => {
  const revived = await broken((_, { tenant }) => {
    const before = tenant.copy();
    const [key, row] = first(before.rows);
    before.rows.set(key, { ...row, purged: true, values: undefined });
    return purgedSteps(before, tenant);
  });
  expect(revived[0]).toMatch(/^I10/);
});

test('[P5] a mutation without its result is a fault (I12)', async () => {
  const torn = await broken((_, { tenant }) => {
    const [id, client] = first(tenant.clients, ({ lastMutation }) => lastMutation > 0n);
    tenant.clients.set(id, { ...client, lastMutation: client.lastMutation + 1n });
    return resultFaults(tenant);
  });
  expect(torn[0]).toMatch(/^I12/);
});

test('[P4] a number that is missing or taken twice is a fault (I13)', async () => {
  const missing = await broken((_, { tenant }) => {
    tenant.log = tenant.log.toSpliced(1, 1);
    const [[, one], [key, other]] = [
      first(tenant.rows),
      first(tenant.rows, (_row, at) => at !== first(tenant.rows)[0]),
    ];
    tenant.rows.set(key, { ...other, seq: one.seq });
    return numberFaults(tenant);
  });
  expect(missing).toEqual([expect.stringMatching(/^I13 a gap/), 'I13 two rows stand at one number']);
});

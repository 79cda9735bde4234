/**
 * One thing that a client did and saw, in one device's order. `began` and `ended` are milliseconds of one clock; a device does one after
 * the other. Lists only grow and their values are unique, so that what a read lacks or has twice is a fault whatever else went on.
 */
export type Operation = {
  readonly device: string;
  readonly began: number;
  /** Null where the answer never came: it may have happened, or not. */
  readonly ended: number | null;
} & (
  | { readonly kind: 'append'; readonly list: string; readonly value: string }
  | { readonly kind: 'read'; readonly list: string; readonly values: readonly string[] }
  | { readonly kind: 'write'; readonly register: string; readonly value: string }
  | { readonly kind: 'look'; readonly register: string; readonly value: string }
);

/** What one place, a device or the server, has when everything has come to rest. */
export interface End {
  readonly place: string;
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly registers: Readonly<Record<string, string>>;
  /** Values of registers that lost against another write and are kept for a person to decide. */
  readonly kept: readonly string[];
}

/**
 * What is wrong with a history, one sentence each; none where it is right. Kyle Kingsbury's list-append check (Elle, VLDB 2020), for lists
 * that have no order: an acknowledged append is in every end, once; a read has whatever its device appended or read before, and
 * whatever the writer of a value that it shows had done or seen before that write. Values of a register come in one order for all devices.
 */
export function faultsOf(history: readonly Operation[], ends: readonly End[]): string[] {
  return [
    ...faultsOfLists(history, ends),
    ...faultsOfReads(history),
    ...faultsOfRegisters(history, ends),
    ...differences(ends),
  ];
}

function faultsOfLists(history: readonly Operation[], ends: readonly End[]): string[] {
  const appended = new Set(history.flatMap((each) => (each.kind === 'append' ? [each.value] : [])));
  const shown = [
    ...history.flatMap((each) =>
      each.kind === 'read' ? [{ place: each.device, list: each.list, values: each.values }] : [],
    ),
    ...ends.flatMap(({ place, lists }) =>
      Object.entries(lists).map(([list, values]) => ({ place, list, values })),
    ),
  ];
  const wrong = shown.flatMap(({ place, list, values }) => [
    ...doubled(values).map((value) => `doubled: ${place} has ${value} twice in ${list}`),
    ...values
      .filter((value) => !appended.has(value))
      .map((value) => `invented: nobody appended ${value}, which ${place} has in ${list}`),
  ]);
  const lost = ends.flatMap(({ place, lists }) => {
    const has = new Map(Object.entries(lists).map(([list, values]) => [list, new Set(values)]));
    return history.flatMap((each) =>
      each.kind === 'append' && each.ended !== null && has.get(each.list)?.has(each.value) !== true
        ? [`lost: ${place} has not ${each.value}, which ${each.device} appended to ${each.list}`]
        : [],
    );
  });
  return [...new Set(wrong), ...lost];
}

function doubled(values: readonly string[]): string[] {
  const seen = new Set<string>();
  return values.filter((value) => seen.size === seen.add(value).size);
}

/** What a device has to show from now on: per list the values, and why. */
type Context = Map<string, Map<string, string>>;

function faultsOfReads(history: readonly Operation[]): string[] {
  const faults: string[] = [];
  const contexts = new Map<string, Context>();
  /** What the writer of each value had done or seen when it wrote. */
  const causes = new Map<string, Context>();
  for (const each of history.toSorted(byBegin)) {
    const context = contexts.get(each.device) ?? new Map<string, Map<string, string>>();
    contexts.set(each.device, context);
    if (each.kind === 'append') {
      causes.set(each.value, copyOf(context));
      if (each.ended !== null) oblige(context, each.list, each.value, 'appended it before');
    }
    if (each.kind !== 'read') continue;
    for (const value of each.values) {
      if (context.get(each.list)?.has(value) === true) continue;
      for (const [list, values] of causes.get(value) ?? []) {
        for (const cause of values.keys()) oblige(context, list, cause, `saw ${value}, which came after it`);
      }
      oblige(context, each.list, value, 'read it before');
    }
    const has = new Set(each.values);
    for (const [value, why] of context.get(each.list) ?? []) {
      if (!has.has(value))
        faults.push(`causality: ${each.device} reads ${each.list} without ${value}, and ${why}`);
    }
  }
  return faults;
}

function oblige(context: Context, list: string, value: string, why: string): void {
  const values = context.get(list) ?? new Map<string, string>();
  context.set(list, values);
  if (!values.has(value)) values.set(value, why);
}

function copyOf(context: Context): Context {
  return new Map([...context].map(([list, values]) => [list, new Map(values)]));
}

function byBegin(a: Operation, b: Operation): number {
  return a.began - b.began;
}

type Write = Operation & { readonly kind: 'write' };

function faultsOfRegisters(history: readonly Operation[], ends: readonly End[]): string[] {
  const writes = history.filter((each): each is Write => each.kind === 'write');
  const kept = new Set(ends.flatMap((end) => end.kept));
  const lost = writes.flatMap((write) => {
    const { device, register, value, began, ended } = write;
    // A later write may have been made on top of this one; without any, this one has to be somewhere.
    const isFollowed = writes.some(
      (other) => other !== write && other.register === register && (other.ended ?? Infinity) > began,
    );
    const isThere = kept.has(value) || ends.every(({ registers }) => registers[register] === value);
    return ended === null || isFollowed || isThere
      ? []
      : [`lost: ${value}, which ${device} wrote to ${register}`];
  });
  return [...lost, ...ordersOf(history).flatMap(([register, orders]) => circle(register, orders))];
}

/** Per register and device the values in the order in which the device had them, by its own writes or by looking. */
function ordersOf(history: readonly Operation[]): [string, string[][]][] {
  const orders = new Map<string, Map<string, string[]>>();
  for (const each of history.toSorted(byBegin)) {
    if (each.kind !== 'write' && each.kind !== 'look') continue;
    const devices = orders.get(each.register) ?? new Map<string, string[]>();
    orders.set(each.register, devices);
    const order = devices.get(each.device) ?? [];
    devices.set(each.device, order);
    if (order.at(-1) !== each.value) order.push(each.value);
  }
  return [...orders].map(([register, devices]) => [register, [...devices.values()]]);
}

/** Values can be put in one order that all devices saw, or it is told which cannot. */
function circle(register: string, orders: readonly string[][]): string[] {
  const after = new Map<string, Set<string>>();
  const before = new Map<string, number>();
  for (const value of orders.flat()) before.set(value, 0);
  for (const order of orders) {
    for (const [at, value] of order.entries()) {
      const next = order[at + 1];
      const followers = after.get(value) ?? new Set<string>();
      after.set(value, followers);
      if (next === undefined || followers.has(next)) continue;
      followers.add(next);
      before.set(next, (before.get(next) ?? 0) + 1);
    }
  }
  const free = [...before].flatMap(([value, count]) => (count === 0 ? [value] : []));
  for (let value = free.pop(); value !== undefined; value = free.pop()) {
    before.delete(value);
    for (const next of after.get(value) ?? []) {
      const left = (before.get(next) ?? 0) - 1;
      before.set(next, left);
      if (left === 0) free.push(next);
    }
  }
  return before.size === 0 ? [] : [`order: no one order of ${[...before.keys()].join(', ')} in ${register}`];
}

function differences(ends: readonly End[]): string[] {
  const [first, ...others] = ends.map(({ place, lists, registers }) => ({
    place,
    lists: new Map(Object.entries(lists).map(([list, values]) => [list, values.toSorted().join('\n')])),
    registers: new Map(Object.entries(registers)),
  }));
  if (first === undefined) return ['nothing was compared'];
  return others.flatMap((other) =>
    (['lists', 'registers'] as const).flatMap((kind) =>
      [...new Set([...first[kind].keys(), ...other[kind].keys()])]
        .filter((name) => first[kind].get(name) !== other[kind].get(name))
        .map((name) => `different: ${name} at ${first.place} and at ${other.place}`),
    ),
  );
}

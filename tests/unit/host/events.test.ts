import { describe, expect, test } from 'vitest';
import { EventHub } from '../../../main/host/events.ts';
import type { WorkbenchEvent } from '../../../preload/contract/events.ts';

const id = '01a1fc19-f43e-7561-9eca-2a88ba19e1c6';

function changed(command: string, rows = 1): WorkbenchEvent {
  return {
    kind: 'changed',
    command,
    origin: 'local',
    rows: Array.from({ length: rows }, () => ({ entity: 'evidence', id })),
    more: false,
  };
}

describe('events', () => {
  test('reach every window from the moment it subscribes, also before it reads', async () => {
    const hub = new EventHub();
    const controller = new AbortController();
    const [one, two] = [hub.subscribe(controller.signal), hub.subscribe(controller.signal)];
    hub.publish(changed('a'));
    expect((await one.next()).value).toMatchObject({ command: 'a' });
    expect((await two.next()).value).toMatchObject({ command: 'a' });
    controller.abort();
    expect((await one.next()).done).toBe(true);
  });

  test('a window that does not read is told that there were more, and holds no more than that', async () => {
    const hub = new EventHub();
    const controller = new AbortController();
    const events = hub.subscribe(controller.signal);
    for (let n = 0; n < 1000; n += 1) hub.publish(changed(`c${n}`));
    const waiting: WorkbenchEvent[] = [];
    for (let n = 0; n < 64; n += 1) {
      const next = await events.next();
      if (next.done !== true) waiting.push(next.value);
    }
    expect(waiting.at(-1)).toMatchObject({ kind: 'changed', command: 'c999', rows: [], more: true });
    hub.publish(changed('after'));
    expect((await events.next()).value).toMatchObject({ command: 'after' });
    controller.abort();
  });

  test('a change of very many rows names some of them', async () => {
    const hub = new EventHub();
    const controller = new AbortController();
    const events = hub.subscribe(controller.signal);
    hub.publish(changed('bulk', 10_000));
    const { value } = await events.next();
    expect(value).toMatchObject({ more: true });
    expect(value?.kind === 'changed' && value.rows.length).toBe(200);
    controller.abort();
  });
});

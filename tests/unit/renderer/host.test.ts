import type { ClientLink } from '@orpc/client';
import { expect, test, vi } from 'vitest';
import type { WorkbenchEvent } from '../../../preload/contract/events.ts';
import { createHost } from '../../../renderer/data/host.ts';

const told = (command: string): WorkbenchEvent => ({
  kind: 'changed',
  command,
  origin: 'local',
  rows: [],
  more: false,
});

async function* tells(...events: WorkbenchEvent[]): AsyncGenerator<WorkbenchEvent> {
  for (const event of events) yield await Promise.resolve(event);
}

async function* fails(event: WorkbenchEvent): AsyncGenerator<WorkbenchEvent> {
  yield* tells(event);
  throw new Error('an event that the contract does not know');
}

test('a stream of events that ends before its connection is asked for anew, and what is shown with it', async () => {
  const said = vi.spyOn(console, 'error').mockReturnValue();
  const streams = [fails(told('first')), tells(told('second'))];
  const link = {
    call: () => Promise.resolve(streams.shift() ?? new Promise(() => undefined)),
  } as unknown as ClientLink<Record<never, never>>;
  const host = createHost(() => Promise.resolve({ link, closed: new Promise<void>(() => undefined) }));
  const heard: string[] = [];
  host.onEvent((event) => void heard.push(event.kind === 'changed' ? event.command : event.kind));
  host.onReopened(() => void heard.push('reopened'));
  await vi.waitFor(() => expect(heard).toContain('second'));
  expect(heard).toEqual(['first', 'reopened', 'second']);
  expect(host.state.get()).toBe('open');
  expect(said).toHaveBeenCalledOnce();
  said.mockRestore();
});

import { expect, test } from 'vitest';
import { defaultLimits } from '../../../../sync/server/http/limits.ts';
import { Subscribers } from '../../../../sync/server/http/notify.ts';

test('a person listens on so many sockets at a time; that takes nothing from others', () => {
  const subscribers = new Subscribers({} as never, () => 0, defaultLimits.socketsOfPerson);
  const socket = {
    bufferedAmount: 0,
    send: () => undefined,
    close: () => undefined,
    ping: () => undefined,
    terminate: () => undefined,
    on: () => undefined,
  };
  const one = (user: string) => ({
    reader: { tenant: 't', user },
    socket,
    watched: new Set<string>(),
    present: null,
  });
  const open = Array.from({ length: 64 }, () => one('ada'));
  expect(open.every((each) => subscribers.add(each))).toBe(true);
  expect([subscribers.add(one('ada')), subscribers.add(one('ben'))]).toEqual([false, true]);
  const [first] = open;
  if (first !== undefined) subscribers.remove(first);
  expect(subscribers.add(one('ada'))).toBe(true);
});

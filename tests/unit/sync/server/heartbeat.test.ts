import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { Heartbeat } from '../../../../sync/server/http/heartbeat.ts';

/** The other end of a socket, which takes what it is sent and answers as a test says. */
class OtherEnd extends EventEmitter {
  bufferedAmount = 0;
  asked = 0;
  isEnded = false;

  ping(): void {
    this.asked += 1;
  }

  terminate(): void {
    this.isEnded = true;
  }
}

describe('a socket at whose other end', () => {
  test('somebody answers stays open', () => {
    const end = new OtherEnd();
    const heartbeat = new Heartbeat(end);
    for (let beat = 0; beat < 5; beat += 1) {
      expect(heartbeat.beat()).toBe(true);
      end.emit('pong');
    }
    expect([end.asked, end.isEnded]).toEqual([5, false]);
  });

  test('nobody answers is ended at the next beat', () => {
    const end = new OtherEnd();
    const heartbeat = new Heartbeat(end);
    expect([heartbeat.beat(), heartbeat.beat()]).toEqual([true, false]);
    expect([end.asked, end.isEnded]).toEqual([1, true]);
  });

  test('nobody reads is ended, though it answers', () => {
    const end = new OtherEnd();
    const heartbeat = new Heartbeat(end);
    end.bufferedAmount = 2 * 1024 * 1024;
    expect([heartbeat.beat(), end.isEnded]).toEqual([false, true]);
  });
});

import type { IpcMain, IpcMainInvokeEvent } from 'electron';
import { z } from 'zod';
import {
  type ShellChannel,
  shellChannels,
  type ShellInput,
  type ShellOutput,
} from '../../../preload/contract/shell.ts';
import { appOrigin, channelName } from '../../../preload/contract/shell-names.ts';

/** One handler for each channel of the contract. */
export type ShellHandlers = {
  readonly [C in ShellChannel]: (
    event: IpcMainInvokeEvent,
    ...input: ShellInput<C>
  ) => ShellOutput<C> | Promise<ShellOutput<C>>;
};

/**
 * The only way for messages into the shell. A message counts when it comes from the top frame of one of our own pages
 * and fits its channel's schema; any other is refused without being looked at.
 */
export function openIpcDoor(ipcMain: Pick<IpcMain, 'handle'>, handlers: ShellHandlers): void {
  for (const channel of z.array(z.enum(channelsOf())).parse(Object.keys(handlers))) {
    ipcMain.handle(channelName(channel), (event, ...input: unknown[]) => {
      if (!isTrustedSender(event)) throw new Error('The sender of this message is not trusted.');
      const parsed = shellChannels[channel].input.safeParse(input);
      if (!parsed.success)
        throw new Error(`The message ${channel} does not have the shape that it must have.`);
      return callHandler(handlers, channel, event, parsed.data);
    });
  }
}

function channelsOf(): [ShellChannel, ...ShellChannel[]] {
  return Object.keys(shellChannels) as [ShellChannel, ...ShellChannel[]];
}

/** TypeScript cannot follow that a channel, its handler and its input belong together; this call is where they meet. */
function callHandler(
  handlers: ShellHandlers,
  channel: ShellChannel,
  event: IpcMainInvokeEvent,
  input: readonly unknown[],
): unknown {
  const handler = handlers[channel] as (event: IpcMainInvokeEvent, ...input: readonly unknown[]) => unknown;
  return handler(event, ...input);
}

/** Whether a message comes from the top frame of a page of ours. A frame that is gone has no trusted sender. */
export function isTrustedSender(event: Pick<IpcMainInvokeEvent, 'senderFrame' | 'sender'>): boolean {
  const frame = event.senderFrame;
  if (frame === null || frame === undefined) return false;
  return frame === event.sender.mainFrame && frame.url.startsWith(`${appOrigin}/`);
}

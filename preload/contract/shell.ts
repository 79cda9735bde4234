import { z } from 'zod';

/**
 * Every message that a window may send to the shell: its channel, what it carries and what it answers. Both sides
 * import this map, and the shell checks what arrives against it.
 */
export const shellChannels = {
  /** Asks for a port to the host; it arrives as a message of its own (`shellEvents.port`). */
  connect: { input: z.tuple([]), output: z.void() },
  chooseFiles: { input: z.tuple([]), output: z.array(z.string()) },
  /** Where a file of this name is to be written; null where it was dismissed. */
  chooseNewFile: { input: z.tuple([z.string().max(200)]), output: z.string().nullable() },
  chooseFolder: { input: z.tuple([]), output: z.string().nullable() },
  openExternal: { input: z.tuple([z.string().max(2048)]), output: z.boolean() },
  setTitle: { input: z.tuple([z.string().max(200)]), output: z.void() },
  /** Shows the page larger or smaller; answers with its size in per cent. */
  zoom: { input: z.tuple([z.enum(['in', 'out', 'reset'])]), output: z.number() },
  /** A notice of the system: what ended, and how. */
  notify: { input: z.tuple([z.string().max(120), z.string().max(300)]), output: z.void() },
  /** What the machine runs on now; changes are told as `shellEvents.power`. */
  power: { input: z.tuple([]), output: z.enum(['battery', 'mains']) },
  keyStore: {
    input: z.tuple([]),
    output: z.object({ available: z.boolean(), sentence: z.string() }),
  },
} as const;

export type ZoomStep = 'in' | 'out' | 'reset';
export type ShellChannel = keyof typeof shellChannels;
export type ShellInput<C extends ShellChannel> = z.infer<(typeof shellChannels)[C]['input']>;
export type ShellOutput<C extends ShellChannel> = z.infer<(typeof shellChannels)[C]['output']>;

/** What the host asks of the shell that started it. `request` pairs an answer with its question. */
export const hostToShellSchema = z.discriminatedUnion('kind', [
  /** `address` is the local socket of a host in a process of its own; null where ports are handed over. */
  z.object({ kind: z.literal('ready'), address: z.string().nullable() }),
  z.object({ kind: z.literal('failed'), message: z.string() }),
  z.object({ kind: z.literal('load-secret'), request: z.number().int(), folder: z.string() }),
  z.object({
    kind: z.literal('save-secret'),
    request: z.number().int(),
    folder: z.string(),
    secret: z.string(),
  }),
]);

/** What the shell tells the host. Secrets travel as base64, and only between these two processes. */
export const shellToHostSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('secret'), request: z.number().int(), secret: z.string().nullable() }),
  z.object({ kind: z.literal('saved'), request: z.number().int(), saved: z.boolean() }),
  z.object({ kind: z.literal('port') }),
  /** Close the workspace and end. */
  z.object({ kind: z.literal('stop') }),
]);

export type HostToShell = z.infer<typeof hostToShellSchema>;
export type ShellToHost = z.infer<typeof shellToHostSchema>;

/** The people of every simulation, by the ids of their users. */
export const people = {
  ada: '00000000-0000-7000-8000-0000000000a1',
  bob: '00000000-0000-7000-8000-0000000000b1',
  cyd: '00000000-0000-7000-8000-0000000000c1',
} as const;

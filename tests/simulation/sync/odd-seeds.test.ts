import { test } from 'vitest';
import { sweep, sweepLimit } from './sweep.ts';

test(
  '[MR19] [MR20] [MR21] [MR22] [MR24] [MR25] laptops and a server lose nothing, double nothing and leak nothing: the odd seeds',
  () => sweep(0),
  sweepLimit,
);

import { expect, test } from 'vitest';
import { type End, faultsOf, type Operation } from '../../helpers/history.ts';

let now = 0;
const at = (device: string) => ({ device, began: (now += 1), ended: (now += 1) });
const append = (device: string, value: string, list = 'tags'): Operation => ({
  ...at(device),
  kind: 'append',
  list,
  value,
});
const read = (device: string, values: string, list = 'tags'): Operation => ({
  ...at(device),
  kind: 'read',
  list,
  values: values.split(' ').filter((value) => value !== ''),
});
const write = (device: string, value: string): Operation => ({
  ...at(device),
  kind: 'write',
  register: 'summary',
  value,
});
const look = (device: string, value: string): Operation => ({
  ...at(device),
  kind: 'look',
  register: 'summary',
  value,
});
const end = (place: string, tags: string, summary = '', kept: string[] = []): End => ({
  place,
  lists: { tags: tags.split(' ').filter((value) => value !== '') },
  registers: { summary },
  kept,
});

/** A right history: concurrent appends, a write that loses and is kept, and an append that was never answered. */
function rightHistory(): Operation[] {
  return [
    append('a', 'a1'),
    append('b', 'b1'),
    read('a', 'a1'),
    read('b', 'b1'),
    write('a', 'first'),
    write('b', 'second'),
    read('b', 'b1 a1'),
    append('b', 'b2'),
    look('a', 'first'),
    look('a', 'second'),
    read('a', 'a1 b1 b2'),
    { ...append('a', 'a2'), ended: null },
  ];
}
const rightEnds = () => [
  end('a', 'a1 b1 b2', 'second', ['first']),
  end('b', 'b1 a1 b2', 'second'),
  end('server', 'a1 b1 b2', 'second'),
];

test('a right history has no fault, whether what was not answered happened or not', () => {
  expect(faultsOf(rightHistory(), rightEnds())).toEqual([]);
  const happened = ['a', 'b', 'server'].map((place) => end(place, 'a1 a2 b1 b2', 'second', ['first']));
  expect(faultsOf(rightHistory(), happened)).toEqual([]);
});

const planted: readonly [string, RegExp, Operation[], End[]][] = [
  ['an append is lost on the server', /^lost: server has not a1/, [append('a', 'a1')], [end('server', '')]],
  ['an append is lost everywhere', /^lost: b has not a1/, [append('a', 'a1')], [end('a', ''), end('b', '')]],
  ['an append is there twice', /^doubled: b has a1 twice/, [append('a', 'a1')], [end('b', 'a1 a1')]],
  [
    'a value was altered on its way',
    /^invented: nobody appended A1/,
    [append('a', 'a1')],
    [end('b', 'a1 A1')],
  ],
  [
    'an append is missing in the record',
    /^invented: nobody appended a1/,
    rightHistory().filter((each) => !(each.kind === 'append' && each.value === 'a1')),
    rightEnds(),
  ],
  [
    'a device does not read its own append',
    /^causality: a reads tags without a1, and appended it before/,
    [append('a', 'a1'), read('a', '')],
    [end('a', 'a1')],
  ],
  [
    'a device reads back in time',
    /^causality: b reads tags without a1, and read it before/,
    [append('a', 'a1'), read('b', 'a1'), read('b', '')],
    [end('a', 'a1')],
  ],
  [
    'appends of a device arrive out of order',
    /^causality: b reads tags without a1, and saw a2, which came after it/,
    [append('a', 'a1'), append('a', 'a2'), read('b', 'a2')],
    [end('a', 'a1 a2')],
  ],
  [
    'an answer arrives before what it answers, in another list',
    /^causality: c reads rows without a1, and saw b1, which came after it/,
    [
      append('a', 'a1', 'rows'),
      read('b', 'a1', 'rows'),
      append('b', 'b1'),
      read('c', 'b1'),
      read('c', '', 'rows'),
    ],
    [{ ...end('a', 'b1'), lists: { tags: ['b1'], rows: ['a1'] } }],
  ],
  [
    'the write that lost is kept nowhere',
    /^lost: last, which a wrote/,
    [write('b', 'other'), write('a', 'last')],
    [end('a', '', 'other')],
  ],
  [
    'two devices saw two writes in different order',
    /^order: no one order of .*first/,
    [write('a', 'first'), write('b', 'second'), look('a', 'second'), look('b', 'first')],
    [end('a', '', 'second', ['first'])],
  ],
  [
    'an older value of a register comes back',
    /^order: no one order/,
    [write('a', 'first'), write('a', 'second'), look('a', 'first')],
    [end('a', '', 'first', ['second'])],
  ],
  [
    'two places end differently',
    /^different: summary at a and at b/,
    [write('a', 'first')],
    [end('a', '', 'first', ['first']), end('b', '', 'none')],
  ],
  ['nothing was looked at', /^nothing was compared/, [], []],
];

test.each(planted)('it is told when %s', (_, fault, history, ends) => {
  expect(faultsOf(history, ends)).toContainEqual(expect.stringMatching(fault));
});

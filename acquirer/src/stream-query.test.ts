import { expect, test } from 'vitest';
import { parseStreamQuery } from './stream-query.ts';

const FROM = 'from is a sequence number, 1 or more';

test.each([
  ['', { from: null, last: null, terminalId: null, transactionId: null }],
  ['from=1', { from: 1, last: null, terminalId: null, transactionId: null }],
  ['from=999999999999999', { from: 999_999_999_999_999, last: null, terminalId: null, transactionId: null }],
  ['terminal=20000001', { from: null, last: null, terminalId: '20000001', transactionId: null }],
  ['from=7&transaction=20000001-1', { from: 7, last: null, terminalId: null, transactionId: '20000001-1' }],
  ['last=0', { from: null, last: 0, terminalId: null, transactionId: null }],
  ['last=50', { from: null, last: 50, terminalId: null, transactionId: null }],
  ['last=', 'last is a number of events'],
  ['last=-1', 'last is a number of events'],
  ['last=1000000000000000', 'last is a number of events'],
  ['from=1&last=1', 'from and last exclude each other'],
  ['from=0', FROM],
  ['from=', FROM],
  ['from=-1', FROM],
  ['from=1.5', FROM],
  ['from=01', FROM],
  ['from=1e3', FROM],
  ['from=now', FROM],
  ['from=1000000000000000', FROM],
  ['form=1', 'unknown parameter "form": use from, last, terminal or transaction'],
  [`${'x'.repeat(100)}=1`, `unknown parameter "${'x'.repeat(40)}": use from, last, terminal or transaction`],
])('%s', (query, expected) => {
  expect(parseStreamQuery(new URLSearchParams(query))).toEqual(expected);
});

import type { Message } from '@kassa/iso8583';
import { describe, expect, test } from 'vitest';
import { createPendingRequests } from './pending-requests.ts';

const REQUEST: Message = {
  mti: '0200',
  fields: { 4: '000000150000', 11: '000007', 37: '632815000007', 41: '20000001' },
};
const ANSWER: Message = { mti: '0210', fields: { ...REQUEST.fields, 39: '00' } };
const withField = (message: Message, number: number, value?: string): Message => {
  const { [number]: _old, ...others } = message.fields;
  return { ...message, fields: value === undefined ? others : { ...others, [number]: value } };
};

function pendingWith(...requests: readonly (readonly [Message, string])[]) {
  const pending = createPendingRequests<string>();
  for (const [request, waiter] of requests) pending.add(request, waiter);
  return pending;
}

describe('an answer that matches', () => {
  test('is handed out once', () => {
    const pending = pendingWith([REQUEST, 'payment']);
    expect(pending.take(ANSWER)).toEqual({ waiter: 'payment' });
    expect(pending.take(ANSWER)).toEqual({ why: 'no request is waiting: it came too late, or twice' });
  });

  test('finds its own among several', () => {
    const echo: Message = { mti: '0800', fields: { 11: '000008', 41: '20000001', 70: '301' } };
    const pending = pendingWith([REQUEST, 'payment'], [echo, 'echo']);
    expect(pending.take({ mti: '0810', fields: { ...echo.fields, 39: '00' } })).toEqual({ waiter: 'echo' });
    expect(pending.waiting()).toEqual(['payment']);
  });

  test('answers a repeat like the original: 0410 for 0401', () => {
    const pending = pendingWith([{ mti: '0401', fields: REQUEST.fields }, 'reversal']);
    expect(pending.take({ mti: '0410', fields: REQUEST.fields })).toEqual({ waiter: 'reversal' });
  });

  test('may have its terminal padded with spaces', () => {
    const pending = pendingWith([withField(REQUEST, 41, 'T1'), 'payment']);
    expect(pending.take(withField(ANSWER, 41, 'T1      '))).toEqual({ waiter: 'payment' });
  });
});

describe('an answer that does not match says which of its keys differ', () => {
  const rows: readonly (readonly [string, Message, string])[] = [
    ['MTI', { ...ANSWER, mti: '0410' }, 'MTI 0410 instead of 0210'],
    ['a request sent back', { ...ANSWER, mti: '0200' }, 'MTI 0200 instead of 0210'],
    ['STAN', withField(ANSWER, 11, '000008'), 'STAN 000008 instead of 000007'],
    ['no STAN', withField(ANSWER, 11), 'STAN missing instead of 000007'],
    ['terminal', withField(ANSWER, 41, '20000002'), 'terminal 20000002 instead of 20000001'],
    ['RRN', withField(ANSWER, 37, '632815000008'), 'RRN 632815000008 instead of 632815000007'],
    ['no RRN', withField(ANSWER, 37), 'RRN missing instead of 632815000007'],
    ['amount', withField(ANSWER, 4, '000000100000'), 'amount 000000100000 instead of 000000150000'],
    [
      'two of them',
      withField({ ...ANSWER, mti: '0410' }, 11, '000008'),
      'MTI 0410 instead of 0210, STAN 000008 instead of 000007',
    ],
  ];

  test.each(rows)('%s', (_name, answer, difference) => {
    const pending = pendingWith([REQUEST, 'payment']);
    expect(pending.take(answer)).toEqual({ why: `no request matches: ${difference}` });
    expect(pending.waiting()).toEqual(['payment']);
    expect(pending.take(ANSWER)).toEqual({ waiter: 'payment' });
  });

  test('and is compared with the request it is nearest to', () => {
    const far: Message = { mti: '0800', fields: { 11: '000001', 41: '20000001', 70: '301' } };
    const pending = pendingWith([far, 'echo'], [REQUEST, 'payment']);
    expect(pending.take(withField(ANSWER, 11, '000009'))).toEqual({
      why: 'no request matches: STAN 000009 instead of 000007',
    });
  });

  test('and has what network management has not', () => {
    const pending = pendingWith([
      { mti: '0800', fields: { 11: '000008', 41: '20000001', 70: '301' } },
      'echo',
    ]);
    const answer: Message = { mti: '0810', fields: { 11: '000008', 41: '20000001', 4: '000000000001' } };
    expect(pending.take(answer)).toEqual({
      why: 'no request matches: amount 000000000001 instead of none',
    });
  });
});

test('who gave up waiting is not found any more', () => {
  const pending = pendingWith([REQUEST, 'payment']);
  pending.remove('payment');
  pending.remove('payment');
  expect(pending.take(ANSWER)).toEqual({ why: 'no request is waiting: it came too late, or twice' });
});

test('all are let go at once', () => {
  const pending = pendingWith([REQUEST, 'payment'], [withField(REQUEST, 11, '000008'), 'another']);
  expect(pending.clear()).toEqual(['payment', 'another']);
  expect(pending.clear()).toEqual([]);
});

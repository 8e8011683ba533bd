import { luhnValid } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import type { Message } from '../codec/message.ts';
import { kassaBcd } from '../dialect/dialects.ts';
import { matchKeys } from './match-keys.ts';

const REQUEST: Message = {
  mti: '0200',
  fields: { 4: '000000150000', 11: '000007', 37: '632815000007', 41: '20000001' },
};
const ANSWER: Message = { mti: '0210', fields: { ...REQUEST.fields, 39: '00' } };
const withField = (message: Message, number: number, value?: string): Message => {
  const { [number]: _old, ...others } = message.fields;
  return { ...message, fields: value === undefined ? others : { ...others, [number]: value } };
};
const keys = matchKeys([11, 41, 37, 4], kassaBcd);
const matches = (request: Message, answer: Message): boolean =>
  keys.ofRequest(request) === keys.ofAnswer(answer);

describe('an answer has the key of its request', () => {
  const rows: readonly (readonly [string, Message, Message])[] = [
    ['as it is', REQUEST, ANSWER],
    [
      'to a repeat like to the original: 0410 for 0401',
      { ...REQUEST, mti: '0401' },
      { ...ANSWER, mti: '0410' },
    ],
    ['with the repeat digit kept by the host', { ...REQUEST, mti: '0401' }, { ...ANSWER, mti: '0411' }],
    ['to an advice', { ...REQUEST, mti: '0420' }, { ...ANSWER, mti: '0430' }],
    ['of the 2003 edition', { ...REQUEST, mti: '2100' }, { ...ANSWER, mti: '2110' }],
    ['with its terminal padded', withField(REQUEST, 41, 'T1'), withField(ANSWER, 41, 'T1      ')],
    ['with elements missing in both', withField(REQUEST, 37), withField(ANSWER, 37)],
  ];
  test.each(rows)('%s', (_name, request, answer) => {
    expect(matches(request, answer)).toBe(true);
    expect(keys.differences(keys.ofRequest(request), answer)).toEqual([]);
  });
});

describe('what differs is told', () => {
  const rows: readonly (readonly [string, Message, readonly string[]])[] = [
    ['MTI', { ...ANSWER, mti: '0410' }, ['MTI 0410 instead of 0210']],
    ['a request sent back', { ...ANSWER, mti: '0200' }, ['MTI 0200 instead of 0210']],
    ['origin', { ...ANSWER, mti: '0212' }, ['MTI 0212 instead of 0210']],
    ['STAN', withField(ANSWER, 11, '000008'), ['STAN 000008 instead of 000007']],
    ['no STAN', withField(ANSWER, 11), ['STAN missing instead of 000007']],
    ['terminal', withField(ANSWER, 41, '20000002'), ['terminal 20000002 instead of 20000001']],
    ['RRN', withField(ANSWER, 37, '632815000008'), ['RRN 632815000008 instead of 632815000007']],
    ['amount', withField(ANSWER, 4, '000000100000'), ['amount 000000100000 instead of 000000150000']],
    [
      'two of them',
      withField({ ...ANSWER, mti: '0410' }, 11, '000008'),
      ['MTI 0410 instead of 0210', 'STAN 000008 instead of 000007'],
    ],
  ];
  test.each(rows)('%s', (_name, answer, differences) => {
    expect(matches(REQUEST, answer)).toBe(false);
    expect(keys.differences(keys.ofRequest(REQUEST), answer)).toEqual(differences);
  });

  test('and what the request had not', () => {
    const request = withField(REQUEST, 4);
    expect(keys.differences(keys.ofRequest(request), ANSWER)).toEqual([
      'amount 000000150000 instead of none',
    ]);
  });
});

describe('nothing secret is in a difference', () => {
  const pans = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']
    .map((digit) => `422200123456789${digit}`)
    .filter((digits) => luhnValid(digits));
  const [pan = ''] = pans;

  test.each([
    [2, pan, '422200******', kassaBcd],
    [35, `${pan}=2512`, '***', kassaBcd],
    [52, '0123456789ABCDEF', '***', kassaBcd],
    [2, pan, '[16 characters]', undefined],
  ] as const)('DE %i', (number, value, shown, dialect) => {
    const masked = matchKeys([number], dialect);
    const request = { mti: '0200', fields: { [number]: value } };
    const [text = ''] = masked.differences(masked.ofRequest(request), { mti: '0210', fields: {} });
    expect(text).toContain(`DE ${number} missing instead of `);
    expect(text).toContain(shown);
    expect(text).not.toContain(value);
  });

  test('control characters cannot move a cursor', () => {
    const [text] = keys.differences(keys.ofRequest(REQUEST), withField(ANSWER, 41, '\u001b[2J1234'));
    expect(text).toBe('terminal .[2J1234 instead of 20000001');
  });
});

test('a message that is not answered has no key to wait for', () => {
  expect(() => keys.ofRequest(ANSWER)).toThrow('bad-mti at 0');
});

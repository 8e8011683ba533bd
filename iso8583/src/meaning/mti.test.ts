import { describe, expect, test } from 'vitest';
import { describeMti, isResponse, repeatMti, responseMti } from './mti.ts';

test.each([
  ['0100', '0110'],
  ['0200', '0210'],
  ['0201', '0210'],
  ['0202', '0212'],
  ['0203', '0212'],
  ['0220', '0230'],
  ['0400', '0410'],
  ['0401', '0410'],
  ['0420', '0430'],
  ['0421', '0430'],
  ['0800', '0810'],
  ['1200', '1210'],
  ['2240', '2250'],
  ['2164', '2174'],
])('%s is answered by %s', (mti, response) => {
  expect(responseMti(mti)).toBe(response);
});

test.each([
  ['0210', 'expected a message that is answered: a request or an advice, found 0210'],
  ['0430', 'expected a message that is answered: a request or an advice, found 0430'],
  ['0240', 'expected a message that is answered: a request or an advice, found 0240'],
  ['200', 'expected four digits, found 3 characters'],
  ['02OO', 'expected four digits, found other characters'],
])('%s is not answered', (mti, problem) => {
  expect(() => responseMti(mti)).toThrow(`bad-mti at 0 (offset 0): ${problem}`);
});

test.each([
  ['0400', '0401'],
  ['0401', '0401'],
  ['0422', '0423'],
  ['0204', '0205'],
])('%s is repeated as %s', (mti, repeat) => {
  expect(repeatMti(mti)).toBe(repeat);
});

test('a reserved origin is not repeated', () => {
  expect(() => repeatMti('0408')).toThrow('expected an origin from 0 to 5, found 8');
});

test.each([
  ['0200', false],
  ['0210', true],
  ['0420', false],
  ['0430', true],
])('%s is a response: %s', (mti, expected) => {
  expect(isResponse(mti)).toBe(expected);
});

describe('in words', () => {
  test.each([
    ['0200', ['ISO 8583:1987', 'financial', 'request', 'acquirer']],
    ['1431', ['ISO 8583:1993', 'reversal', 'advice response', 'acquirer, repeat']],
    ['2822', ['ISO 8583:2003', 'network management', 'advice', 'issuer']],
    ['9999', ['private use', 'reserved', 'reserved', 'reserved']],
  ])('%s', (mti, words) => {
    expect(Object.values(describeMti(mti))).toEqual(words);
  });
});

import { describe, expect, test } from 'vitest';
import type { Message } from '../codec/message.ts';
import { kassaRules } from './kassa-rules.ts';
import { validateMessage } from './message-rules.ts';
import { rules1987, rules1993, rules2003 } from './standard-rules.ts';

const REQUEST: Message = {
  mti: '0200',
  fields: {
    3: '000000',
    4: '000000150000',
    7: '1123134530',
    11: '000042',
    12: '184530',
    13: '1123',
    18: '5814',
    22: '901',
    25: '00',
    35: '4000000000000000=2812201',
    37: '632718000042',
    41: '20000001',
    42: 'KZ0000000000001',
    43: `${'KOFE'.padEnd(38)}KZ`,
    49: '398',
    64: '0000000000000000',
  },
};

const { 18: _merchantType, 22: _mode, 25: _condition, 35: _track, 43: _place, ...echo } = REQUEST.fields;
const ANSWER: Message = { mti: '0210', fields: { ...echo, 38: 'A12345', 39: '00' } };

function without(message: Message, ...elements: number[]): Message {
  const kept = Object.entries(message.fields).filter(([key]) => !elements.includes(Number(key)));
  return { mti: message.mti, fields: Object.fromEntries(kept) };
}

function withFields(message: Message, fields: Record<number, string>): Message {
  return { mti: message.mti, fields: { ...message.fields, ...fields } };
}

describe('messages of Kassa', () => {
  test('as they should be have nothing wrong', () => {
    expect(validateMessage(kassaRules, REQUEST)).toEqual([]);
    expect(validateMessage(kassaRules, ANSWER, REQUEST)).toEqual([]);
    const echoTest = { mti: '0800', fields: { 7: '1123134530', 11: '000001', 41: '20000001', 70: '301' } };
    expect(validateMessage(kassaRules, echoTest)).toEqual([]);
    const reply = { mti: '0810', fields: { ...echoTest.fields, 39: '00' } };
    expect(validateMessage(kassaRules, reply, echoTest)).toEqual([]);
  });

  test.each([
    ['a mandatory element', without(REQUEST, 37), [['missing', 37, 'element 37 is mandatory']]],
    [
      'two of them, in order',
      without(REQUEST, 49, 3),
      [
        ['missing', 3, 'element 3 is mandatory'],
        ['missing', 49, 'element 49 is mandatory'],
      ],
    ],
    ['card number and track', without(REQUEST, 35), [['missing', 2, 'one of the elements 2, 35 is needed']]],
    [
      'the key of a PIN',
      withFields(REQUEST, { 52: '0000000000000000' }),
      [['missing', 62, 'element 62 is needed with element 52']],
    ],
    [
      'the approval code',
      without(ANSWER, 38),
      [['missing', 38, 'element 38 is needed when element 39 is 00']],
    ],
    ['nothing, of a decline', withFields(without(ANSWER, 38), { 39: '51' }), []],
    [
      'what belongs elsewhere',
      withFields(REQUEST, { 90: '0' }),
      [['not-expected', 90, 'element 90 does not belong into this message']],
    ],
    ['a rule', { mti: '0100', fields: {} }, [['unknown-mti', 0, 'no rule for 0100, authorization request']]],
    ['an MTI', { mti: 'x', fields: {} }, [['unknown-mti', 0, 'no rule for this message type']]],
  ])('miss %s', (_, message, expected) => {
    const found = validateMessage(kassaRules, message);
    expect(found.map(({ kind, element, words }) => [kind, element, words])).toEqual(expected);
  });

  test('an answer repeats what the request says', () => {
    const found = validateMessage(kassaRules, withFields(ANSWER, { 11: '000043' }), REQUEST);
    expect(found).toEqual([
      { kind: 'not-echoed', element: 11, words: 'element 11 is not that of the request' },
    ]);
    expect(validateMessage(kassaRules, without(ANSWER, 37), REQUEST)).toMatchObject([
      { kind: 'not-echoed', element: 37 },
    ]);
    // Without the request there is nothing to compare.
    expect(validateMessage(kassaRules, without(ANSWER, 37))).toEqual([]);
  });
});

describe.each([
  ['1987', rules1987, '0', { 3: '000000', 4: '0', 7: '1', 11: '1' }],
  ['1993', rules1993, '1', { 3: '000000', 4: '0', 7: '1', 11: '1', 12: '1', 24: '200' }],
  ['2003', rules2003, '2', { 3: '000000', 4: '0', 7: '1', 11: '1', 12: '1', 24: '200' }],
])('ISO 8583:%s', (_, rules, version, fields) => {
  test('a financial request and its answer', () => {
    const request = { mti: `${version}200`, fields };
    expect(validateMessage(rules, request)).toEqual([]);
    expect(validateMessage(rules, { mti: `${version}201`, fields })).toEqual([]);
    const answer = { mti: `${version}210`, fields: { ...fields, 39: '00' } };
    expect(validateMessage(rules, answer, request)).toEqual([]);
    expect(validateMessage(rules, without(answer, 39), request)).toMatchObject([
      { kind: 'missing', element: 39 },
    ]);
  });

  test('has a rule for every class that is exchanged, and no answer without its request', () => {
    const kinds = rules.flatMap(({ mti }) => mti);
    expect(new Set(kinds).size).toBe(kinds.length);
    expect(new Set(kinds.map((mti) => mti[1]))).toEqual(new Set(['1', '2', '4', '5', '6', '8']));
    expect(kinds.every((mti) => mti[0] === version)).toBe(true);
  });
});

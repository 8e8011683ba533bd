import { describe, expect, it } from 'vitest';
import {
  decodeOperation,
  decodeVerdict,
  encodeOperation,
  encodeVerdict,
  firstDifference,
} from './canonical.ts';
import type { Operation } from './operation.ts';
import * as make from './testing/operations.ts';
import { REFUSAL_CASES } from './testing/refusal-cases.ts';

// The journal's format: once released, these texts never change.
const CONTENTS: readonly (readonly [Operation, string])[] = [
  [make.open('k', 'a', 'merchant'), '["open","a","merchant"]'],
  [make.issue('k', 'a', 150_000, 'meal'), '["issue","a","150000","meal"]'],
  [make.transfer('k', 'a', 'b', 1, ''), '["transfer","a","b","1",""]'],
  [make.hold('k', 'a', 1, 1_700_000_000_000, ''), '["hold","a","1","",1700000000000]'],
  [make.execute('k', 'h', 'b', { rest: 'release' }), '["execute","h","b",null,null,"release"]'],
  [make.executeToRedemption('k', 'h', { amount: 7, rest: 'keep' }), '["execute","h",null,true,"7","keep"]'],
  [make.release('k', 'h'), '["release","h"]'],
  [make.expire('k', 'h'), '["expire","h"]'],
  [make.redeem('k', 'a', 1, ''), '["redeem","a","1",""]'],
  [make.freeze('k', 'a'), '["freeze","a"]'],
  [make.unfreeze('k', 'a'), '["unfreeze","a"]'],
];

describe('the canonical text', () => {
  it.each(CONTENTS)('of $type is fixed', (operation, content) => {
    expect(encodeOperation(operation)).toBe(content);
    expect(decodeOperation('k', content)).toEqual(operation);
  });

  it('writes defaults out', () => {
    expect(encodeOperation(make.transfer('k', 'a', 'b', 1))).toBe('["transfer","a","b","1",""]');
    expect(encodeOperation(make.execute('k', 'h', 'b'))).toBe('["execute","h","b",null,null,"release"]');
  });

  it.each([
    ['not JSON', 'transfer', 'not JSON'],
    ['no array', '{"type":"open"}', 'expected an array'],
    ['an unknown type', '["mint","a","1"]', 'expected a known type'],
    ['a name of the language', '["constructor"]', 'expected a known type'],
    ['a field too few', '["open","a"]', 'expected 2 fields of open, found 1'],
    ['a field too many', '["open","a","bank","x"]', 'expected 2 fields of open, found 3'],
    ['a kind that is none', '["open","a","shop"]', 'expected one of person, merchant'],
    ['an amount as a number', '["redeem","a",1,""]', 'expected text'],
    ['an amount with a leading zero', '["redeem","a","01",""]', 'expected a whole number of tiyn'],
    ['a negative amount', '["redeem","a","-1",""]', 'expected a whole number of tiyn'],
    ['an amount of thirteen digits', '["redeem","a","1000000000000",""]', 'outside 0 to 999999999999'],
    ['an instant with a fraction', '["hold","a","1","",1.5]', 'expected milliseconds'],
    ['a flag that is not set', '["execute","h",null,false,null,"keep"]', 'expected true'],
    [
      'neither payee nor redemption',
      '["execute","h",null,null,null,"keep"]',
      'expected a payee or redemption',
    ],
    ['both payee and redemption', '["execute","h","b",true,null,"keep"]', 'expected a payee or redemption'],
    ['spaces', '["freeze", "a"]', 'not in canonical form'],
  ])('is refused with %s', (_, content, message) => {
    expect(() => decodeOperation('k', content)).toThrow(message);
  });

  it('of an accepted operation is fixed', () => {
    expect(encodeVerdict(undefined)).toBe('["ok"]');
    expect(decodeVerdict('["ok"]')).toBeUndefined();
  });

  it.each(REFUSAL_CASES.map(([, , refusal]) => refusal))('of a refusal comes back: $code', (refusal) => {
    expect(decodeVerdict(encodeVerdict(refusal))).toEqual(refusal);
  });

  it('of a refusal is its code and facts in order', () => {
    expect(encodeVerdict({ code: 'insufficient-funds', available: 5n, required: 10n })).toBe(
      '["insufficient-funds","5","10"]',
    );
    expect(() => decodeVerdict('["sorry"]')).toThrow('expected a known type');
  });
});

describe('firstDifference', () => {
  it.each([
    ['["freeze","a"]', '["freeze","a"]', undefined],
    ['["freeze","a"]', '["unfreeze","a"]', 'type'],
    ['["issue","a","1",""]', '["issue","a","2","meal"]', 'amount'],
  ])('between %s and %s is %s', (left, right, differs) => {
    expect(firstDifference(left, right)).toBe(differs);
  });
});

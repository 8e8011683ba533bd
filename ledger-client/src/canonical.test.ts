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
  [make.open('k', 'a', 'merchant'), '["open","a","merchant",null,null]'],
  [
    make.open('k', 'a', 'merchant', { category: '5812', tier: 'basic' }),
    '["open","a","merchant","5812","basic"]',
  ],
  [make.issue('k', 'a', 150_000, 'meal'), '["issue","a","150000","meal"]'],
  [make.transfer('k', 'a', 'b', 1, ''), '["transfer","a","b","1","",null]'],
  [make.transfer('k', 'a', 'b', 1, 'herd', 'cow-7'), '["transfer","a","b","1","herd","cow-7"]'],
  [make.hold('k', 'a', 1, 1_700_000_000_000, ''), '["hold","a","1","",1700000000000,null,null]'],
  [make.hold('k', 'a', 1, 5, 'meal', 'b'), '["hold","a","1","meal",5,"b",null]'],
  [make.execute('k', 'h', 'b', { rest: 'release' }), '["execute","h","b",null,null,null,"release",null]'],
  [
    make.executeToRedemption('k', 'h', { amount: 7, rest: 'keep' }),
    '["execute","h",null,true,null,"7","keep",null]',
  ],
  [
    make.executeInParts(
      'k',
      'h',
      [
        ['b', 5],
        [null, 2],
      ],
      { rest: 'keep' },
    ),
    '["execute","h",null,null,[["b","5"],[null,"2"]],null,"keep",null]',
  ],
  [make.release('k', 'h'), '["release","h"]'],
  [make.expire('k', 'h'), '["expire","h"]'],
  [make.redeem('k', 'a', 1, ''), '["redeem","a","1",""]'],
  [make.freeze('k', 'a'), '["freeze","a"]'],
  [make.unfreeze('k', 'a'), '["unfreeze","a"]'],
  [make.close('k', 'a'), '["close","a"]'],
  [make.setTier('k', 'a', 'basic'), '["set-tier","a","basic"]'],
  [make.setTier('k', 'a'), '["set-tier","a",null]'],
  [
    make.setTierPolicy('k', 'basic', { paymentMax: 1, balanceMax: 3 }),
    '["set-tier-policy","basic","1",null,"3"]',
  ],
  [
    make.setLabelPolicy('k', 'meal', {
      payees: ['b'],
      categories: ['5812'],
      finalPayees: ['c'],
      finalCategories: ['0763'],
      validFromMs: 1,
      validToMs: 2,
      dayCountMax: 3,
      condition: 'fed',
    }),
    '["set-label-policy","meal",["b"],["5812"],["c"],["0763"],1,2,3,"fed"]',
  ],
  [make.attest('k', 'meal', 'fed', 'pupil-1'), '["attest","meal","fed","pupil-1"]'],
];

describe('the canonical text', () => {
  it.each(CONTENTS)('of $type is fixed', (operation, content) => {
    expect(encodeOperation(operation)).toBe(content);
    expect(decodeOperation('k', content)).toEqual(operation);
  });

  it('writes defaults out', () => {
    expect(encodeOperation(make.transfer('k', 'a', 'b', 1))).toBe('["transfer","a","b","1","",null]');
    expect(encodeOperation(make.execute('k', 'h', 'b'))).toBe(
      '["execute","h","b",null,null,null,"release",null]',
    );
    expect(encodeOperation(make.setLabelPolicy('k', 'meal'))).toBe(
      '["set-label-policy","meal",[],[],[],[],null,null,null,null]',
    );
  });

  it.each([
    ['not JSON', 'transfer', 'not JSON'],
    ['no array', '{"type":"open"}', 'expected an array'],
    ['an unknown type', '["mint","a","1"]', 'expected a known type'],
    ['a name of the language', '["constructor"]', 'expected a known type'],
    ['a field too few', '["open","a"]', 'expected 4 fields of open, found 1'],
    ['a field too many', '["open","a","bank",null,null,"x"]', 'expected 4 fields of open, found 5'],
    ['a kind that is none', '["open","a","shop",null,null]', 'expected one of person, merchant'],
    ['an amount as a number', '["redeem","a",1,""]', 'expected text'],
    ['an amount with a leading zero', '["redeem","a","01",""]', 'expected a whole number of tiyn'],
    ['a negative amount', '["redeem","a","-1",""]', 'expected a whole number of tiyn'],
    ['an amount of thirteen digits', '["redeem","a","1000000000000",""]', 'outside 0 to 999999999999'],
    ['an instant with a fraction', '["hold","a","1","",1.5,null,null]', 'expected milliseconds'],
    ['a flag that is not set', '["execute","h",null,false,null,null,"keep",null]', 'expected true'],
    [
      'neither payee nor redemption',
      '["execute","h",null,null,null,null,"keep",null]',
      'expected a payee, redemption or parts',
    ],
    [
      'both payee and redemption',
      '["execute","h","b",true,null,null,"keep",null]',
      'expected a payee, redemption or parts',
    ],
    [
      'both payee and parts',
      '["execute","h","b",null,[["b","1"]],null,"keep",null]',
      'expected a payee, redemption or parts',
    ],
    [
      'a part without an amount',
      '["execute","h",null,null,[["b"]],null,"keep",null]',
      'expected payee and amount',
    ],
    [
      'too many parts',
      `["execute","h",null,null,[${Array.from({ length: 17 }, (_, index) => `["b${index}","1"]`)}],null,"keep",null]`,
      'expected a list of at most 16',
    ],
    [
      'a text for a list',
      '["set-label-policy","meal","b",[],[],[],null,null,null,null]',
      'expected a list of at most 1000',
    ],
    [
      'a category of three digits',
      '["set-label-policy","meal",[],["581"],[],[],null,null,null,null]',
      'a merchant category is four digits; found 3 characters',
    ],
    ['a negative count', '["set-label-policy","meal",[],[],[],[],null,null,-1,null]', 'expected a count'],
    [
      'a subject of digits alone',
      '["attest","meal","fed","120315500129"]',
      'a subject is a pseudonym: digits alone could be an IIN, a phone or a card number',
    ],
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
    [
      '["execute","h",null,null,[["b","1"]],null,"keep",null]',
      '["execute","h",null,null,[["b","2"]],null,"keep",null]',
      'parts',
    ],
    [
      '["execute","h",null,null,[["b","1"]],null,"keep",null]',
      '["execute","h",null,null,[["b","1"]],"1","keep",null]',
      'amount',
    ],
  ])('between %s and %s is %s', (left, right, differs) => {
    expect(firstDifference(left, right)).toBe(differs);
  });
});

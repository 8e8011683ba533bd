import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CALC_FUNCTIONS } from './calc-table.ts';
import { calculateLine } from './calculate.ts';

/** Values an argument may or may not take: lengths of keys, blocks and numbers, words of choices, and nonsense. */
const hexOf = (...bytes: readonly number[]) =>
  fc
    .constantFrom(...bytes)
    .chain((length) => fc.uint8Array({ minLength: length, maxLength: length }))
    .map((value) => Buffer.from(value).toString('hex'));
const VALUE = fc.oneof(
  hexOf(2, 4, 8, 10, 12, 16, 24, 32),
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 19 }),
  fc.constantFrom(
    'A',
    'B',
    '0',
    '1',
    '2',
    '3',
    '4',
    '10',
    '16',
    '18',
    'tdes',
    'aes',
    'skd',
    'emv2000',
    'cmac-aes',
  ),
  fc.constantFrom(
    'B0016P0TE00E0000',
    'D0048P0AE00E0000',
    `A0088M3TC01E0000${'0'.repeat(72)}`,
    'KZ86125KZT5004100100',
  ),
  fc.string(),
  fc.integer(),
  fc.boolean(),
);

test('no line of a batch ends the batch', () => {
  for (const { name, arguments: list } of CALC_FUNCTIONS) {
    const raw = fc.record(Object.fromEntries(Object.keys(list).map((argument) => [argument, VALUE])), {
      requiredKeys: [],
    });
    fc.assert(
      fc.property(raw, (given) => {
        const answer = calculateLine(
          JSON.stringify({ id: 1, function: name, ...given }),
          (bytes) => new Uint8Array(bytes),
        );
        expect(answer.id).toBe(1);
      }),
      { numRuns: 400 },
    );
  }
});

/** Values each argument does take, so that what is calculated is reached too. */
const FITTING: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  imk: hexOf(16),
  key: hexOf(8, 16, 24, 32),
  udk: hexOf(16),
  cvk: hexOf(16),
  pvk: hexOf(16),
  bdk: hexOf(16, 24, 32),
  kbpk: hexOf(16, 24, 32),
  ksn: hexOf(10, 12),
  atc: hexOf(2),
  un: hexOf(4),
  arqc: hexOf(8),
  arc: hexOf(2),
  csu: hexOf(4),
  proprietary: hexOf(2, 8),
  data: hexOf(0, 1, 8, 40),
  pin: fc.stringMatching(/^\d{4,12}$/),
  pan: fc.stringMatching(/^\d{8,19}$/),
  psn: fc.stringMatching(/^\d{2}$/),
  pvki: fc.stringMatching(/^\d$/),
  expiry: fc.stringMatching(/^\d{4}$/),
  service: fc.stringMatching(/^\d{3}$/),
  iin: fc.stringMatching(/^\d{11,12}$/),
  iban: fc.stringMatching(/^KZ\d{5}[0-9A-Z]{13}$/),
  cvn: fc.constantFrom(10, 16, 17, 18, 20, 21, 22, 133),
  option: fc.constantFrom('A', 'B'),
  format: fc.constantFrom(0, 1, 2, 3, 4),
  random: hexOf(2, 5, 8),
  padding: fc.constantFrom(1, 2, 3),
  type: fc.constantFrom('tdes', 'aes'),
  method: fc.constantFrom(1, 2, 'common', 'skd', 'visa-sm', 'emv2000'),
  algorithm: fc.constantFrom(1, 3, 'cmac-tdes', 'cmac-aes'),
  block: fc.string({ minLength: 1 }),
  components: fc.tuple(hexOf(8, 16, 24, 32), hexOf(8, 16, 24, 32)).map((parts) => parts.join(',')),
};

test.each(CALC_FUNCTIONS.map(({ name, arguments: list }) => [name, Object.keys(list)] as const))(
  '%s takes what fits, or says what does not',
  (name, names) => {
    const raw = fc.record(
      Object.fromEntries(names.map((argument) => [argument, FITTING[argument] ?? fc.constant('')])),
    );
    let answered = 0;
    fc.assert(
      fc.property(raw, (given) => {
        const answer = calculateLine(
          JSON.stringify({ id: 1, function: name, ...given }),
          (bytes) => new Uint8Array(bytes),
        );
        if (!('error' in answer)) answered++;
      }),
      { numRuns: 100 },
    );
    // A key block that opens is not found by chance.
    expect(answered > 0).toBe(name !== 'tr31');
  },
);

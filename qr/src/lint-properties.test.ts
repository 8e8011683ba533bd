import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildPayload } from './build-payload.ts';
import { crc16 } from './crc16.ts';
import { lintPayload } from './lint-payload.ts';
import type { LintLevel } from './lint-rules.ts';
import { parseMerchantPayload } from './parse-merchant-payload.ts';
import { utf8Length } from './utf8.ts';
import type { DataObjectDraft } from './write-objects.ts';

const BODY =
  '00020101021226250015kz.example.ckzt0102M15204581453033985802KZ5904SHOP6006ALMATY64180002kk0108Дүкен 42';
/** Valid, with a name of two bytes a letter. */
const VALID = `${BODY}6304${crc16(`${BODY}6304`)}`;

const LEVELS: readonly LintLevel[] = ['strict', 'tolerant', 'national'];

/** Data objects nobody is surprised by, in any order and number; templates two deep. */
const draftsArbitrary: fc.Arbitrary<readonly DataObjectDraft[]> = fc.uniqueArray(
  fc.record({
    tag: fc.constantFrom('15', '61', '65', '70'),
    value: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 10 }),
  }),
  { selector: ({ tag }) => tag, maxLength: 4 },
);
const REST: readonly DataObjectDraft[] = [
  {
    tag: '26',
    value: [
      { tag: '00', value: 'kz.example.ckzt' },
      { tag: '01', value: 'M1' },
    ],
  },
  { tag: '52', value: '5814' },
  { tag: '53', value: '398' },
  { tag: '58', value: 'KZ' },
  { tag: '59', value: 'SHOP' },
  { tag: '60', value: 'ALMATY' },
];

test('what is built of any data objects is read back in the order given', () => {
  fc.assert(
    fc.property(
      draftsArbitrary,
      fc.shuffledSubarray([...REST], { minLength: REST.length }),
      (drafts, rest) => {
        const objects = [{ tag: '00', value: '01' }, ...drafts, ...rest];
        const read = parseMerchantPayload(buildPayload(objects)).objects;
        expect(
          read.slice(0, -1).map(({ tag, value, objects: inner }) => ({
            tag,
            value: inner ? inner.map((object) => ({ tag: object.tag, value: object.value })) : value,
          })),
        ).toEqual(objects);
      },
    ),
  );
});

test('no text makes it throw, and a valid payload changed anywhere is no exception', () => {
  const text = VALID;
  const anything = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 200 }),
    fc.string({ unit: fc.constantFrom(...'hQVDUFYwMW+/=Aa9'), maxLength: 200 }).map((rest) => `hQ${rest}`),
    fc
      .tuple(fc.nat(text.length), fc.nat(10), fc.string({ unit: 'binary', maxLength: 5 }))
      .map(([start, count, other]) => text.slice(0, start) + other + text.slice(start + count)),
    fc.uint16Array({ maxLength: 40 }).map((units) => String.fromCharCode(...units)),
  );
  fc.assert(
    fc.property(anything, (input) => {
      for (const level of LEVELS) {
        const { isValid, findings } = lintPayload(input, { level });
        expect(isValid).toBe(findings.every(({ severity }) => severity !== 'error'));
      }
    }),
    { numRuns: 500 },
  );
});

/**
 * A CRC of 16 bits finds every change within 16 bits in a row: any character for another of the same one or two bytes.
 * What it may miss, one in 65 536, is a change over more bytes or of the number of bytes; none is among these. At level
 * tolerant a digit of the CRC in lower case is a warning.
 */
test('a character changed for another of the same length is found, the case of the CRC aside', () => {
  const text = VALID;
  const characters = [...text];
  expect(lintPayload(text, { level: 'strict' }).findings).toEqual([]);
  fc.assert(
    fc.property(
      fc.nat(characters.length - 1),
      fc.integer({ min: 0x20, max: 0x7e }),
      fc.integer({ min: 0x80, max: 0x7ff }),
      (index, ascii, other) => {
        const character = characters[index] ?? '';
        const replacement = String.fromCodePoint(utf8Length(character) === 1 ? ascii : other);
        if (replacement === character) return;
        const changed = [...characters.slice(0, index), replacement, ...characters.slice(index + 1)].join('');
        expect(lintPayload(changed, { level: 'strict' }).isValid).toBe(false);
        const { isValid, findings } = lintPayload(changed, { level: 'tolerant' });
        const isCase = index >= characters.length - 4 && replacement.toUpperCase() === character;
        expect(isValid).toBe(isCase);
        expect(findings.length).toBeGreaterThan(0);
      },
    ),
    { numRuns: 2000 },
  );
});

test('takes no longer for a text that was never in a code', () => {
  // 4 million characters: reading them would take a second, and quadratic work for ever.
  for (const start of ['00', 'hQ', 'https://qr.kaspi.kz/', '00020126']) {
    const text = start + '0'.repeat(4_000_000);
    const { isValid, fields } = lintPayload(text, { level: 'tolerant' });
    expect({ isValid, fields }).toEqual({ isValid: false, fields: [] });
  }
});

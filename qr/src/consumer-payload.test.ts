import { fromHex, ProtocolError, toHex } from '@kassa/primitives';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toBase64 } from './base64.ts';
import {
  buildConsumerObjects,
  buildConsumerPayload,
  type ConsumerPayloadDraft,
  parseConsumerPayload,
} from './consumer-payload.ts';
import { describeConsumerPayload } from './describe-consumer.ts';
import { lintConsumerPayload } from './lint-consumer.ts';
import { PROFILES } from './profiles.ts';

/** A number of card number form that no scheme gives out: its check digit is wrong. */
const NUMBER = '999000' + '1234567890';
const CHIP = [
  { tag: '9F26', value: '1122334455667788' },
  { tag: '9F27', value: '80' },
  { tag: '9F10', value: '06011203A00000' },
  { tag: '9F36', value: '0001' },
  { tag: '9F37', value: 'CAFEBABE' },
];
const PHONE: ConsumerPayloadDraft = {
  applications: [
    {
      aid: 'F04B5A4454303031',
      label: 'Digital Tenge',
      objects: [{ tag: '5A', value: NUMBER }],
      chipData: CHIP,
    },
    { aid: 'A0000000046010' },
  ],
  common: [
    { tag: '5F2D', value: '6B6B7275' },
    { tag: '64', value: [{ tag: '9F36', value: '0002' }] },
  ],
};

/** The bytes under base64, for what a builder would refuse. */
const sealed = (...parts: string[]): string => toBase64(fromHex(['8505', '4350563031', ...parts].join('')));

test('writes applications and what they share, and reads them back', () => {
  const text = buildConsumerPayload(PHONE);
  expect(text.startsWith('hQVDUFYwMW')).toBe(true);
  const { applications, common, objects } = parseConsumerPayload(text);
  expect(objects.map(({ tag, offset }) => [tag, offset])).toEqual([
    ['85', 0],
    ['61', 7],
    ['61', 83],
    ['62', 94],
  ]);
  expect(applications.map(({ aid, label }) => [aid, label])).toEqual([
    ['F04B5A4454303031', 'Digital Tenge'],
    ['A0000000046010', undefined],
  ]);
  expect(applications[0]?.chipData.map(({ tag, value }) => ({ tag, value: toHex(value) }))).toEqual(CHIP);
  expect(applications[1]?.chipData.map(({ tag, value }) => [tag, toHex(value)])).toEqual([['9F36', '0002']]);
  expect(common.map(({ tag }) => tag)).toEqual(['5F2D', '64']);
});

test('writes a template of more than 127 bytes with a length of two', () => {
  const text = buildConsumerPayload({
    applications: [
      { aid: 'F04B5A4454303031', objects: [{ tag: '5F50', value: '61'.repeat(99) }], chipData: CHIP },
    ],
  });
  expect(toHex(Uint8Array.from(Buffer.from(text, 'base64'))).slice(14, 20)).toBe('618197');
  expect(lintConsumerPayload(text, 'strict').findings).toEqual([]);
});

test('describes every data object, card numbers masked', () => {
  const track = `${NUMBER}D29122010000`;
  const text = buildConsumerPayload({
    applications: [{ aid: 'A0000000046010', objects: [{ tag: '57', value: track }] }],
    common: [
      { tag: '56', value: toHex(new TextEncoder().encode(`B${NUMBER}^DEMO`)) },
      { tag: '5F20', value: toHex(new TextEncoder().encode('DEMO/HOLDER')) },
    ],
  });
  expect(
    describeConsumerPayload(lintConsumerPayload(text, 'tolerant')).map(({ path, name, value }) => [
      path,
      name,
      value,
    ]),
  ).toEqual([
    ['85', 'payload format indicator', 'CPV01'],
    ['61', 'application template', undefined],
    ['61.4F', 'application identifier (ADF name)', 'A0000000046010'],
    ['61.57', 'track 2 equivalent data', '999000******7890'],
    ['62', 'common data template', undefined],
    ['62.56', 'track 1 data', '***'],
    ['62.5F20', 'cardholder name', 'DEMO/HOLDER'],
  ]);
});

test('what a transparent template holds is the scheme its own, and not printed where it cannot be read', () => {
  const text = sealed('610E', '4F07A0000000046010', '6303', 'C10599');
  const { isValid, findings, objects } = lintConsumerPayload(text, 'tolerant');
  expect(isValid).toBe(true);
  expect(findings).toMatchObject([
    { severity: 'note', rule: 'template-content', path: '61.63.C1', offset: 22, expected: '5 bytes' },
  ]);
  expect(describeConsumerPayload({ objects }).at(-1)).toMatchObject({
    path: '61.63',
    value: '*** (3 bytes)',
  });
});

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ProtocolError) return error.message;
    throw error;
  }
  throw new Error('accepted');
}

describe('refuses', () => {
  const AID = '4F07A0000000046010';
  test.each([
    [
      'another version',
      toBase64(fromHex(`850543505630326109${AID}`)),
      'bad-value at 85 (offset 0): expected data object 85 first, CPV01, found data object 85 of 5 bytes',
    ],
    [
      'nothing under base64',
      '',
      'bad-value at 85 (offset 0): expected data object 85 first, CPV01, found nothing',
    ],
    ['no application', sealed(), 'bad-tlv at 61 (offset 0): expected an application template, found none'],
    [
      'a cut template',
      sealed('6110', AID),
      'truncated at 61 (offset 9): expected 16 bytes, found 9 bytes left',
    ],
    [
      'a cut value inside',
      sealed('6109', '4F08A0000000046010'),
      'truncated at 61.4F (offset 11): expected 8 bytes, found 7 bytes left',
    ],
    [
      'a length above 127 in one byte',
      sealed('6193', '00'),
      'bad-tlv at 61 (offset 8): expected a length of one to three bytes, found first byte 93',
    ],
    [
      'an application without an identifier',
      sealed('6103', '500141'),
      'bad-tlv at 61.4F (offset 7): expected 5 to 16 bytes, found none',
    ],
    [
      'a short identifier',
      sealed('6106', '4F04A0000000'),
      'bad-tlv at 61.4F (offset 9): expected 5 to 16 bytes, found 4 bytes',
    ],
    [
      'a tag twice',
      sealed('610F', AID, '500141', '500142'),
      'bad-tlv at 61.50 (offset 21): expected each tag once, found a second one',
    ],
    [
      'chip data in the root',
      sealed('6109', AID, '6305', '9F36020001'),
      'bad-tlv at 63 (offset 18): expected in 61, found in the root',
    ],
    [
      'a card number of other digits',
      sealed('610D', AID, '5A02', '12AB'),
      'bad-value at 61.5A (offset 18): expected digits, padded with F, found other hexadecimal digits',
    ],
    [
      'a track without a separator',
      sealed('610D', AID, '5702', '1234'),
      'bad-value at 61.57 (offset 18): expected digits, the separator D, digits, found another form',
    ],
    [
      'a short counter',
      sealed('610F', AID, '6304', '9F360101'),
      'bad-length at 61.63.9F36 (offset 20): expected 2 bytes, found 1 byte',
    ],
    [
      'a tag of its own in the root',
      sealed('6109', AID, 'C10100'),
      'bad-tlv at C1 (offset 18): expected one of 85, 61, 62, found in the root',
    ],
    [
      'a label of 17 letters',
      sealed('611C', AID, '5011', '41'.repeat(17)),
      'bad-length at 61.50 (offset 18): expected 1 to 16 bytes, found 17 bytes',
    ],
    [
      'an identifier of 17 bytes',
      sealed('6113', '4F11', 'A0'.repeat(17)),
      'bad-tlv at 61.4F (offset 9): expected 5 to 16 bytes, found 17 bytes',
    ],
    [
      'too many bytes',
      'hQVD'.repeat(172),
      'too-large at payload (offset 512): expected at most 684 characters, found 688 characters',
    ],
    [
      'what is no base64',
      'hQ?=',
      'bad-encoding at payload (offset 2): expected a letter, a digit, + or /, found another character',
    ],
  ])('%s', (_, text, message) => {
    expect(refusal(() => parseConsumerPayload(text))).toBe(message);
  });

  test.each<[string, () => string, string]>([
    [
      'a label of other letters',
      () => buildConsumerPayload({ applications: [{ aid: 'A0000000046010', label: 'Теңге' }] }),
      'bad-value at 61.50 (offset 0): expected a label of ISO 8859-1, found other characters',
    ],
    [
      'an identifier that is no hexadecimal',
      () => buildConsumerPayload({ applications: [{ aid: 'A00' }] }),
      'bad-encoding at 61.4F (offset 0): expected hexadecimal, found 3 characters',
    ],
    [
      'a tag of two bytes cut to one',
      () => buildConsumerObjects([{ tag: '9F', value: '00' }]),
      'bad-tlv at payload (offset 0): expected a tag of 1 to 3 bytes in capitals, found 2 characters',
    ],
    [
      'a tag of zero',
      () => buildConsumerObjects([{ tag: '00', value: '00' }]),
      'bad-tlv at payload (offset 0): expected a tag of 1 to 3 bytes in capitals, found 2 characters',
    ],
    [
      'no applications',
      () => buildConsumerPayload({ applications: [] }),
      'bad-tlv at 61 (offset 0): expected an application template, found none',
    ],
  ])('to write %s', (_, build, message) => {
    expect(refusal(build)).toBe(message);
  });
});

test('a length of one byte is read as its scheme writes it, and said', () => {
  const text = sealed(
    '61',
    '93',
    '4F07A0000000046010',
    '5F50',
    '63',
    '61'.repeat(99),
    '9F25029999',
    '5A0812345678901234FF',
    '5F2D08',
    '6964656E6B6B7275',
    '9F08020001',
  );
  const bytes = Buffer.from(text, 'base64');
  bytes[8] = bytes.length - 9;
  expect(bytes[8]).toBeGreaterThan(127);
  const odd = bytes.toString('base64');
  expect(lintConsumerPayload(odd, 'tolerant').isValid).toBe(false);
  const qris = PROFILES.find(({ id }) => id === 'qris');
  const { findings, objects } = lintConsumerPayload(odd, 'national', qris);
  expect(findings[0]).toMatchObject({
    severity: 'note',
    rule: 'consumer-one-byte-length',
    path: '61',
    offset: 8,
  });
  expect(objects[1]?.objects?.map(({ tag }) => tag)).toEqual(['4F', '5F50', '9F25', '5A', '5F2D', '9F08']);
});

test('card data may ride in a transparent template', () => {
  const { findings } = lintConsumerPayload(
    sealed('610F', '4F07A0000000046010', '6304', '5F2D026B6B'.slice(0, 8)),
    'strict',
  );
  expect(findings.map(({ rule }) => rule)).toEqual(['template-content']);
  expect(
    lintConsumerPayload(sealed('6110', '4F07A0000000046010', '6305', '5F2D026B6B'), 'strict').findings,
  ).toEqual([]);
});

test('a template 61 inside itself stands there once at most, and not at all', () => {
  const inner = '61094F07A0000000046010';
  const { findings } = lintConsumerPayload(sealed('611F', '4F07A0000000046010', inner, inner), 'strict');
  expect(findings.map(({ rule, path }) => `${path} ${rule}`)).toEqual([
    '61.61 consumer-place',
    '61.61 consumer-repeated',
    '61.61 consumer-place',
  ]);
});

test.each([
  [127, 0, []],
  [128, 0, ['consumer-one-byte-length']],
  [128, 1, ['consumer-tlv']],
])('a template of %d bytes, %d of them missing, by its length in one byte', (size, missing, rules) => {
  const qris = PROFILES.find(({ id }) => id === 'qris');
  // The identifier takes 9 bytes, tag and length of what fills the rest 3.
  const filling = size - 12;
  const content = `4F07A0000000046010DF7C${toHex(Uint8Array.of(filling))}${'00'.repeat(filling - missing)}`;
  const text = sealed('61', toHex(Uint8Array.of(size)), content);
  expect(lintConsumerPayload(text, 'national', qris).findings.map(({ rule }) => rule)).toEqual(rules);
});

const hexOf = (min: number, max: number) => fc.uint8Array({ minLength: min, maxLength: max }).map(toHex);
const draftArbitrary: fc.Arbitrary<ConsumerPayloadDraft> = fc.record({
  applications: fc.array(
    fc.record({
      aid: hexOf(5, 16),
      label: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 16 }),
      objects: fc.uniqueArray(
        fc.record({ tag: fc.constantFrom('5F2D', '5F50', 'C1', '9F53'), value: hexOf(2, 8) }),
        {
          selector: ({ tag }) => tag,
        },
      ),
      chipData: fc.constantFrom(CHIP, []),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  common: fc.uniqueArray(
    fc.record({ tag: fc.constantFrom('5F20', '9F24'), value: fc.oneof(hexOf(29, 29)) }),
    {
      maxLength: 1,
      selector: ({ tag }) => tag,
    },
  ),
});

test('what is built parses back to what was given', () => {
  fc.assert(
    fc.property(draftArbitrary, (draft) => {
      // 5F20 takes at most 26 bytes.
      const common = draft.common?.filter(({ tag }) => tag !== '5F20') ?? [];
      const parsed = parseConsumerPayload(buildConsumerPayload({ ...draft, common }));
      const plain = (objects: readonly { readonly tag: string; readonly value: Uint8Array }[]) =>
        objects.map(({ tag, value }) => ({ tag, value: toHex(value) }));
      expect(
        parsed.applications.map(({ aid, label, objects, chipData }) => ({
          aid,
          label,
          objects: plain(objects.filter(({ tag }) => !['4F', '50', '63'].includes(tag))),
          chipData: plain(chipData),
        })),
      ).toEqual(draft.applications);
      expect(plain(parsed.common)).toEqual(common);
    }),
    { numRuns: 200 },
  );
});

test('no bytes make it throw anything but ProtocolError, and never an unmasked number', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, isMarked) => {
      const prefix = isMarked ? '85054350563031' : '';
      const text = toBase64(fromHex(prefix + toHex(bytes)));
      for (const level of ['strict', 'tolerant'] as const) {
        const report = lintConsumerPayload(text, level);
        describeConsumerPayload(report);
        expect(report.isValid).toBe(report.findings.every(({ severity }) => severity !== 'error'));
      }
      const qris = PROFILES.find(({ id }) => id === 'qris');
      describeConsumerPayload(lintConsumerPayload(text, 'national', qris));
      try {
        parseConsumerPayload(text);
      } catch (error) {
        expect(error).toBeInstanceOf(ProtocolError);
      }
    }),
    { numRuns: 300 },
  );
});

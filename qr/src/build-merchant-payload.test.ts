import { formatTenge, ProtocolError, parseTenge, type Tiyn, tiyn } from '@kassa/primitives';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildMerchantPayload, type MerchantPayloadDraft } from './build-merchant-payload.ts';
import { parseMerchantPayload } from './parse-merchant-payload.ts';
import { utf8Length } from './utf8.ts';

/** A demo merchant's number of card number form, in two parts so that nothing takes it for a card. */
const MERCHANT_NUMBER = '999000' + '1234567890';

const CANTEEN: MerchantPayloadDraft = {
  pointOfInitiation: 'dynamic',
  merchantAccount: { tag: '26', guid: 'kz.example.ckzt', fields: [{ tag: '01', value: MERCHANT_NUMBER }] },
  mcc: '5812',
  currency: '398',
  amount: parseTenge('1500.00'),
  country: 'KZ',
  merchantName: 'SCHOOL CANTEEN 12',
  merchantCity: 'ALMATY',
  billNumber: 'INV000042',
  terminalLabel: 'TERM0001',
};

test('writes the school canteen to the letter', () => {
  expect(buildMerchantPayload(CANTEEN)).toBe(
    `000201010212${`26390015kz.example.ckzt0116${MERCHANT_NUMBER}`}5204581253033985407` +
      '1500.005802KZ5917SCHOOL CANTEEN 126006ALMATY62250109INV0000420708TERM000163042504',
  );
});

test('writes a static code with a Kazakh name, lengths in characters', () => {
  const { amount: _, billNumber: __, terminalLabel: ___, ...rest } = CANTEEN;
  const text = buildMerchantPayload({
    ...rest,
    pointOfInitiation: 'static',
    referenceLabel: 'ORDER 42',
    language: { language: 'kk', merchantName: 'Мектеп асханасы', merchantCity: 'Алматы' },
  });
  expect(text).toContain('010211');
  expect(text).toContain('62120508ORDER 42');
  expect(text).toContain('64350002kk0115Мектеп асханасы0206Алматы6304');
});

function refusal(draft: MerchantPayloadDraft): ProtocolError {
  try {
    buildMerchantPayload(draft);
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
  throw new Error('built');
}

describe('refuses', () => {
  const account = CANTEEN.merchantAccount;
  const withField = (tag: string, value: string) => ({
    merchantAccount: { ...account, fields: [{ tag, value }] },
  });
  test.each<[string, Partial<MerchantPayloadDraft>, string]>([
    [
      'a long name',
      { merchantName: 'N'.repeat(26) },
      'bad-length at 59 (offset 89): expected 1 to 25 printable ASCII characters, found 26 characters',
    ],
    [
      'a name in Kazakh',
      { merchantName: 'Мектеп асханасы' },
      'bad-value at 59 (offset 91): expected 1 to 25 printable ASCII characters, found 15 characters of another form',
    ],
    [
      'no name',
      { merchantName: '' },
      'bad-length at 59 (offset 89): expected 1 to 25 printable ASCII characters, found 0 characters',
    ],
    [
      'a long city',
      { merchantCity: 'C'.repeat(16) },
      'bad-length at 60 (offset 110): expected 1 to 15 printable ASCII characters, found 16 characters',
    ],
    [
      'a city of two lines',
      { merchantCity: 'ALMA\nTY' },
      'bad-value at 60 (offset 112): expected 1 to 15 printable ASCII characters, found 7 characters of another form',
    ],
    [
      'a merchant category code of letters',
      { mcc: 'CAFE' },
      'bad-value at 52 (offset 59): expected 4 digits, found "CAFE"',
    ],
    [
      'another country code',
      { country: 'KAZ' },
      'bad-length at 58 (offset 83): expected two capital letters, found 3 characters',
    ],
    [
      'an amount of nothing',
      { amount: 0n as Tiyn },
      'bad-value at 54 (offset 74): expected an amount above zero of at most 13 characters, like 1500.00, found "0.00"',
    ],
    [
      'a long bill number',
      { billNumber: 'B'.repeat(26) },
      'bad-length at 62.01 (offset 124): expected 1 to 25 printable ASCII characters, found 26 characters',
    ],
    [
      'a long reference',
      { referenceLabel: 'R'.repeat(200) },
      'bad-length at 62.05 (offset 137): expected 1 to 25 printable ASCII characters, found 200 characters',
    ],
    [
      'an empty terminal',
      { terminalLabel: '' },
      'bad-length at 62.07 (offset 137): expected 1 to 25 printable ASCII characters, found 0 characters',
    ],
    [
      'an account outside the templates',
      { merchantAccount: { ...account, tag: '15' } },
      'bad-tlv at payload (offset 0): expected a merchant account with a tag from 26 to 51, found "15"',
    ],
    [
      'an account tag of other digits',
      { merchantAccount: { ...account, tag: '26.0' } },
      'bad-tlv at payload (offset 12): expected a tag of 2 digits, found "26.0"',
    ],
    [
      'a long identifier',
      { merchantAccount: { ...account, guid: 'g'.repeat(33) } },
      'bad-length at 26.00 (offset 18): expected 1 to 32 printable ASCII characters, found 33 characters',
    ],
    [
      'a second identifier',
      withField('00', 'again'),
      'bad-tlv at 26.00 (offset 35): expected each tag once, found a second one',
    ],
    [
      'a field tag that shifts what follows',
      withField('0105', 'x'),
      'bad-tlv at 26 (offset 35): expected a tag of 2 digits, found "0105"',
    ],
    [
      'an empty field',
      withField('01', ''),
      'bad-length at 26.01 (offset 37): expected 1 to 99 characters, found 0 characters',
    ],
    [
      'a template over 99 characters',
      withField('01', 'f'.repeat(80)),
      'bad-length at 26 (offset 14): expected 1 to 99 characters, found 103 characters',
    ],
    [
      'half a character',
      withField('01', '\ud800'),
      'bad-encoding at payload (offset 39): expected Unicode text, found half a character',
    ],
    [
      'a language of three letters',
      { language: { language: 'kaz', merchantName: 'М' } },
      'bad-length at 64.00 (offset 153): expected two letters, found 3 characters',
    ],
    [
      'a long name in a language',
      { language: { language: 'kk', merchantName: 'М'.repeat(26) } },
      'bad-length at 64.01 (offset 159): expected 1 to 25 characters, found 26 characters',
    ],
  ])('%s', (_, change, message) => {
    const draft = { ...CANTEEN, ...change };
    expect(refusal(draft).message).toBe(message);
  });
});

const printable = (max: number) => fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: max });
const unicode = (max: number) => fc.string({ unit: 'binary', minLength: 1, maxLength: max });
const digits = (count: number) =>
  fc.integer({ min: 0, max: 10 ** count - 1 }).map((value) => String(value).padStart(count, '0'));

const draftArbitrary: fc.Arbitrary<MerchantPayloadDraft> = fc.record(
  {
    pointOfInitiation: fc.constantFrom('static' as const, 'dynamic' as const),
    merchantAccount: fc.record({
      tag: fc.integer({ min: 26, max: 51 }).map(String),
      guid: printable(32),
      fields: fc.uniqueArray(
        fc.record({
          tag: fc.integer({ min: 1, max: 99 }).map((tag) => String(tag).padStart(2, '0')),
          value: unicode(15),
        }),
        { maxLength: 3, selector: ({ tag }) => tag },
      ),
    }),
    mcc: digits(4),
    currency: fc.constant('398' as const),
    amount: fc.bigInt({ min: 1n, max: 999_999_999_999n }).map(tiyn),
    country: fc.constantFrom('KZ', 'KG', 'UZ'),
    merchantName: printable(25),
    merchantCity: printable(15),
    billNumber: printable(25),
    referenceLabel: printable(25),
    terminalLabel: printable(25),
    language: fc.oneof(
      fc.record({ language: fc.constantFrom('kk', 'ru'), merchantName: unicode(25) }),
      fc.record({
        language: fc.constantFrom('kk', 'ru'),
        merchantName: unicode(25),
        merchantCity: unicode(15),
      }),
    ),
  },
  {
    requiredKeys: [
      'pointOfInitiation',
      'merchantAccount',
      'mcc',
      'currency',
      'country',
      'merchantName',
      'merchantCity',
    ],
  },
);

test('what is built parses back to what was given, or does not fit into 512 bytes', () => {
  let fitted = 0;
  fc.assert(
    fc.property(draftArbitrary, (draft) => {
      let text: string;
      try {
        text = buildMerchantPayload(draft);
      } catch (error) {
        expect(error).toMatchObject({ code: 'too-large' });
        return;
      }
      fitted++;
      const { objects, ...parsed } = parseMerchantPayload(text);
      const { merchantAccount, amount, ...same } = draft;
      expect(parsed).toEqual({
        ...same,
        merchantAccounts: [merchantAccount],
        ...(amount === undefined ? {} : { amount: formatTenge(amount) }),
      });
      const last = objects.at(-1);
      expect((last?.offset ?? 0) + 8).toBe(utf8Length(text));
    }),
    { numRuns: 500 },
  );
  expect(fitted).toBeGreaterThan(400);
});

test('every change of one character is refused', () => {
  const text = buildMerchantPayload({ ...CANTEEN, language: { language: 'kk', merchantName: 'Ас үй' } });
  const replacements = [...'0123456789ABCDEFGabcdefgKZz *.,-+/~\n\u0000\u007f', ...'ӘәҒғҚқҢңӨөҰұҮүҺһІіА₸😀'];
  const characters = [...text];
  const accepted: string[] = [];
  let changes = 0;
  for (const [index, character] of characters.entries()) {
    for (const replacement of ['', ...replacements]) {
      if (replacement === character) continue;
      changes++;
      const changed = [...characters.slice(0, index), replacement, ...characters.slice(index + 1)].join('');
      try {
        parseMerchantPayload(changed);
        accepted.push(changed);
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
      }
    }
  }
  expect(accepted).toEqual([]);
  expect(changes).toBeGreaterThan(characters.length * 55);
});

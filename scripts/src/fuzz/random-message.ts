import type { Content, Dialect, FieldSpec, Message } from '@kassa/iso8583';
import { encodeTlv, toHex } from '@kassa/primitives';
import type { SeededRandom } from './seeded-random.ts';

const DIGITS = '0123456789';
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const PRINTABLE = String.fromCharCode(...Array.from({ length: 95 }, (_, index) => 32 + index));
const SPECIALS = PRINTABLE.replace(/[0-9A-Za-z]/g, '');

const CHARACTERS: Readonly<Record<Exclude<Content, 'b' | 'xn'>, string>> = {
  n: DIGITS,
  a: LETTERS,
  an: DIGITS + LETTERS,
  anp: `${DIGITS}${LETTERS} `,
  as: LETTERS + SPECIALS,
  ns: DIGITS + SPECIALS,
  ans: PRINTABLE,
  z: `${DIGITS}=`,
  any: PRINTABLE,
};

const TAGS = ['82', '95', '9A', '5F2A', '9F02', '9F10', '9F26', '9F37', 'DF8129'] as const;
const MTIS = ['0100', '0110', '0200', '0210', '0400', '0420', '0800', '1200', '2200'] as const;
/** Long values are much like short ones, and slow. */
const UNITS_MAX = 40;

/** A message of this dialect with any of its elements, every value allowed. */
export function randomMessage(random: SeededRandom, dialect: Dialect): Message {
  const fields: Record<number, string> = {};
  const share = random.oneOf([2, 4, 10]);
  for (const [key, spec] of Object.entries(dialect.fields)) {
    if (random.below(share) === 0) fields[Number(key)] = randomValue(random, spec);
  }
  return { mti: random.oneOf(MTIS), fields };
}

/** A value this row allows. */
export function randomValue(random: SeededRandom, spec: FieldSpec): string {
  const longest = Math.min(spec.max, UNITS_MAX);
  const units = spec.len === 'fixed' ? spec.max : random.below(longest + 1);
  if (spec.inner === 'ber-tlv') return randomTlv(random, units);
  if (spec.content === 'b') return toHex(random.bytes(units));
  if (spec.content === 'xn') return random.oneOf(['C', 'D']) + random.text(DIGITS, units - 1);
  return random.text(CHARACTERS[spec.content], units);
}

function randomTlv(random: SeededRandom, bytesMax: number): string {
  let hex = '';
  for (;;) {
    const object = toHex(encodeTlv(random.oneOf(TAGS), random.bytes(random.below(12))));
    if ((hex.length + object.length) / 2 > bytesMax) return hex;
    hex += object;
  }
}

/** A purchase as terminals send it, with values of its own. */
export function randomPurchase(random: SeededRandom): Message {
  const digits = (length: number): string => random.text(DIGITS, length);
  const pan = `4${digits(15)}`;
  return {
    mti: '0200',
    fields: {
      2: pan,
      3: '000000',
      4: digits(5).padStart(12, '0'),
      7: `11${digits(8)}`,
      11: digits(6),
      12: digits(6),
      13: '1123',
      14: '3112',
      18: '5814',
      22: '051',
      23: '001',
      25: '00',
      32: '123456',
      35: `${pan}=3112206${digits(13)}`,
      37: digits(12),
      41: digits(8),
      42: `KZ${digits(13)}`,
      43: `${'KOFE NA ABAYA'.padEnd(38)}KZ`,
      49: '398',
      52: toHex(random.bytes(8)),
      60: digits(10),
    },
  };
}

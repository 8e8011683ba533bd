import type { Content } from '../dialect/dialect.ts';

/** Sets beside the contents: hexadecimal as values write it, and what packs into nibbles of track 2. */
export type ValueSet = 'upper-hex' | 'packed-track2';

/** One bit a character set, so that a byte is checked with a table and an AND. */
const BIT: Readonly<Record<Content | ValueSet, number>> = {
  n: 1,
  a: 2,
  an: 4,
  anp: 8,
  as: 16,
  ns: 32,
  ans: 64,
  z: 128,
  any: 256,
  'upper-hex': 512,
  'packed-track2': 1024,
  // A sign and digits: the sign is checked apart.
  xn: 1,
  b: 512,
};

/** All sets at once: the neutral element of AND. */
export const EVERY_SET = 0xffff;

/** The sets each character code belongs to. ISO 8583:1987, 4.2; space counts as special and as pad. */
export const SETS_OF_CODE: Uint16Array = (() => {
  const table = new Uint16Array(256);
  for (let code = 0; code < 256; code++) {
    const char = String.fromCharCode(code);
    const digit = /[0-9]/.test(char);
    const letter = /[A-Za-z]/.test(char);
    const printable = code >= 0x20 && code <= 0x7e;
    const special = printable && !digit && !letter;
    let sets = BIT.any;
    if (digit) sets |= BIT.n;
    if (letter) sets |= BIT.a;
    if (digit || letter) sets |= BIT.an;
    if (digit || letter || char === ' ') sets |= BIT.anp;
    if (letter || special) sets |= BIT.as;
    if (digit || special) sets |= BIT.ns;
    if (printable) sets |= BIT.ans;
    // ISO/IEC 7813: digits and the separator; hosts that unpack nibbles write the separator as D.
    if (digit || char === '=' || char === 'D') sets |= BIT.z;
    if (/[0-9A-F]/.test(char)) sets |= BIT['upper-hex'];
    if (digit || char === '=') sets |= BIT['packed-track2'];
    table[code] = sets;
  }
  return table;
})();

/** The bit of {@link SETS_OF_CODE} that a character of this set has. */
export function bitOfSet(set: Content | ValueSet): number {
  return BIT[set];
}

/** What the content allows, for error texts. */
export const CONTENT_WORDS: Readonly<Record<Content, string>> = {
  n: 'digits',
  a: 'letters',
  an: 'letters and digits',
  anp: 'letters, digits and spaces',
  as: 'letters and special characters',
  ns: 'digits and special characters',
  ans: 'printable ASCII characters',
  xn: 'C or D and digits',
  z: 'digits and the separator =',
  b: 'hexadecimal digits',
  any: 'characters U+0000 to U+00FF',
};

import { describe, expect, test } from 'vitest';
import { dialectFromSpec } from '../dialect/dialect-from-spec.ts';
import { compileDialect } from './codec.ts';
import { bitOfSet, SETS_OF_CODE } from './content.ts';

const CONTENTS = ['n', 'a', 'an', 'anp', 'as', 'ns', 'ans', 'z', 'any'] as const;
/** One character that every content but `a` and `as` allows, and one for those. */
const FILLING: Readonly<Record<string, string>> = { a: 'A', as: 'A' };

// Four bytes are checked at a time: each byte value at each place of a word, and in the word that overlaps, must be
// judged as the table of sets judges it.
describe.each(CONTENTS)('content %s', (content) => {
  test.each([1, 2, 3, 4, 5, 7, 8, 11])('every byte at every place of %i', (length) => {
    const codec = compileDialect(
      dialectFromSpec({
        mti: 'bcd',
        bitmap: 'binary',
        fields: { 3: { enc: 'ascii', len: 'fixed', max: length, content } },
      }),
    );
    const filling = (FILLING[content] ?? '0').charCodeAt(0);
    const wrong: string[] = [];
    for (let place = 0; place < length; place++) {
      for (let byte = 0; byte < 256; byte++) {
        const value = new Uint8Array(length).fill(filling);
        value[place] = byte;
        const allowed = ((SETS_OF_CODE[byte] ?? 0) & bitOfSet(content)) !== 0;
        const wire = Uint8Array.of(0x02, 0x00, 0x20, 0, 0, 0, 0, 0, 0, 0, ...value);
        const { error } = codec.inspect(wire);
        if ((error === null) !== allowed || (error !== null && error.offset !== 10 + place))
          wrong.push(`${byte}@${place}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('hexadecimal characters', () => {
  test.each([1, 2, 3, 5])('every byte at every place of %i bytes', (bytes) => {
    const row = { enc: 'hexascii', len: 'fixed', max: bytes };
    const codec = compileDialect(dialectFromSpec({ mti: 'bcd', bitmap: 'binary', fields: { 3: row } }));
    const wrong: string[] = [];
    for (let place = 0; place < bytes * 2; place++) {
      for (let byte = 0; byte < 256; byte++) {
        const value = new Uint8Array(bytes * 2).fill(0x41);
        value[place] = byte;
        const character = String.fromCharCode(byte);
        const wire = Uint8Array.of(0x02, 0x00, 0x20, 0, 0, 0, 0, 0, 0, 0, ...value);
        const { error, message } = codec.inspect(wire);
        const expected = /[0-9A-Fa-f]/.test(character)
          ? String.fromCharCode(...value).toUpperCase()
          : `refused at ${10 + place}`;
        if ((error ? `refused at ${error.offset}` : message.fields[3]) !== expected)
          wrong.push(`${byte}@${place}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('packed digits', () => {
  test.each([
    [2, 'left'],
    [3, 'left'],
    [3, 'right'],
    [6, 'left'],
    [8, 'left'],
    [9, 'right'],
    [10, 'left'],
  ])('every byte at every place of %i digits filled on the %s', (digits, pad) => {
    const row = { enc: 'bcd', len: 'fixed', max: digits, pad };
    const codec = compileDialect(dialectFromSpec({ mti: 'bcd', bitmap: 'binary', fields: { 3: row } }));
    const size = Math.ceil(digits / 2);
    const wrong: string[] = [];
    for (let place = 0; place < size; place++) {
      for (let byte = 0; byte < 256; byte++) {
        const value = new Uint8Array(size);
        value[place] = byte;
        const nibbles = Array.from(value, (packed) => packed.toString(16).padStart(2, '0')).join('');
        const filler = digits % 2 === 0 ? '' : pad === 'left' ? nibbles[0] : nibbles.at(-1);
        const text = pad === 'left' ? nibbles.slice(-digits) : nibbles.slice(0, digits);
        const expected = (filler || '0') === '0' && /^\d+$/.test(text) ? text : `refused at ${10 + place}`;
        const { error, message } = codec.inspect(
          Uint8Array.of(0x02, 0x00, 0x20, 0, 0, 0, 0, 0, 0, 0, ...value),
        );
        if ((error ? `refused at ${error.offset}` : message.fields[3]) !== expected)
          wrong.push(`${byte}@${place}`);
        if (!error)
          expect(codec.encode(message)).toEqual(
            Uint8Array.of(0x02, 0x00, 0x20, 0, 0, 0, 0, 0, 0, 0, ...value),
          );
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('values to write', () => {
  const characters = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).concat(
    'Ā',
    '€',
    'Қ',
  );

  test.each([
    ['upper-case hexadecimal', { enc: 'binary', len: 'fixed', max: 5 }, /[0-9A-F]/, 10],
    ['upper-case hexadecimal characters', { enc: 'hexascii', len: 'fixed', max: 5 }, /[0-9A-F]/, 10],
    ['one byte', { enc: 'binary', len: 'fixed', max: 1 }, /[0-9A-F]/, 2],
    ['packed digits', { enc: 'bcd', len: 'fixed', max: 10 }, /\d/, 10],
    ['an odd number of packed digits', { enc: 'bcd', len: 'fixed', max: 7 }, /\d/, 7],
    ['packed track 2', { enc: 'track2bcd', len: 'LL', max: 37 }, /[\d=]/, 9],
    ['more hexadecimal than two steps', { enc: 'binary', len: 'fixed', max: 11 }, /[0-9A-F]/, 22],
    ['more characters than two steps', { enc: 'hexascii', len: 'fixed', max: 11 }, /[0-9A-F]/, 22],
    ['more packed digits than two steps', { enc: 'bcd', len: 'fixed', max: 21 }, /\d/, 21],
    ['more packed track 2 than two steps', { enc: 'track2bcd', len: 'LL', max: 37 }, /[\d=]/, 22],
    ['EBCDIC digits', { enc: 'ebcdic', len: 'fixed', max: 5, content: 'n' }, /\d/, 5],
  ])('%s, every character at every place', (_, row, allowed, length) => {
    const codec = compileDialect(dialectFromSpec({ mti: 'bcd', bitmap: 'binary', fields: { 3: row } }));
    const wrong: string[] = [];
    for (let place = 0; place < length; place++) {
      for (const character of characters) {
        // Nines carry soonest into what stands beside them.
        const value = '9'.repeat(place) + character + '9'.repeat(length - place - 1);
        let written = true;
        try {
          codec.encode({ mti: '0200', fields: { 3: value } });
        } catch {
          written = false;
        }
        if (written !== allowed.test(character)) wrong.push(`${character.charCodeAt(0)}@${place}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

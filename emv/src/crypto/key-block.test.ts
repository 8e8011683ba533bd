import { concatBytes, fromHex, fromLatin1, toHex } from '@kassa/primitives';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aesCbcDecrypt } from './aes.ts';
import { tdesCbcDecrypt } from './des.ts';
import { keyBlockRandomBytes, readKeyBlock, writeKeyBlock } from './key-block.ts';
import type { KeyBlockHeader, KeyBlockVersion } from './key-block-header.ts';
import { aesCmac, cbcMac, tdesCmac } from './mac.ts';

const VERSIONS: readonly KeyBlockVersion[] = ['A', 'B', 'C', 'D'];
const PROTECTION = fromHex('0123456789ABCDEFFEDCBA987654321089ABCDEF01234567');
const KEY = fromHex('F0E1D2C3B4A5968778695A4B3C2D1E0F');
const RANDOM = new Uint8Array(64).map((_, index) => index * 7 + 1);

function header(version: KeyBlockVersion, changes: Partial<KeyBlockHeader> = {}): KeyBlockHeader {
  const algorithm = version === 'D' ? 'A' : 'T';
  const fields = { usage: 'P0', modeOfUse: 'E', keyVersion: '00', exportability: 'E', optionalBlocks: [] };
  return { version, algorithm, ...fields, ...changes };
}

function write(version: KeyBlockVersion, changes: Partial<KeyBlockHeader> = {}): string {
  return writeKeyBlock({
    protectionKey: PROTECTION,
    header: header(version, changes),
    key: KEY,
    random: RANDOM,
  });
}

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as Error).message;
  }
  return 'was not refused';
}

describe('TR-31 / ANSI X9.143', () => {
  test.each(VERSIONS)('version %s: what is written is read', (version) => {
    const optionalBlocks = [
      { id: 'KS', data: '00604B120F9292800000' },
      { id: 'LB', data: 'x'.repeat(300) },
    ];
    const block = write(version, { optionalBlocks });
    expect(readKeyBlock(PROTECTION, block)).toMatchObject({
      header: header(version, { optionalBlocks }),
      key: KEY,
    });
    expect(block.slice(1, 5)).toBe(String(block.length).padStart(4, '0'));
    expect(block.length % (version === 'D' ? 16 : 8)).toBe(0);
  });

  test('optional blocks: padded to whole cipher blocks, long ones with a length of two bytes', () => {
    for (const [data, header] of [
      ['0123456', 'B0096P0TE00E0200KS0B0123456PB050'],
      ['0123456789', 'B0104P0TE00E0200KS0E0123456789PB0A000000'],
    ] as const) {
      const block = write('B', { optionalBlocks: [{ id: 'KS', data }] });
      expect(readKeyBlock(PROTECTION, block).headerText).toBe(header);
    }
    const long = write('D', { optionalBlocks: [{ id: 'LB', data: 'x'.repeat(310) }] });
    expect(long.slice(12, 30)).toBe('0100LB00020140xxxx');
  });

  test('keys of every length come back under protection keys of every length', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...VERSIONS),
        fc.constantFrom(16, 24, 32),
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        fc.integer({ min: 0, max: 48 }),
        (version, protectionBytes, key, maskedKeyBytes) => {
          fc.pre(version === 'D' || protectionBytes < 32);
          const protectionKey = concatBytes(PROTECTION, KEY).slice(0, protectionBytes);
          const random = RANDOM.slice(0, keyBlockRandomBytes(version, key.length, maskedKeyBytes));
          const block = writeKeyBlock({
            protectionKey,
            header: header(version),
            key,
            random,
            maskedKeyBytes,
          });
          expect(readKeyBlock(protectionKey, block).key).toEqual(key);
        },
      ),
    );
  });

  test.each(VERSIONS)('version %s: any one changed character is refused', (version) => {
    const block = write(version, { optionalBlocks: [{ id: 'KS', data: '0123456789ABCDEF' }] });
    for (let at = 0; at < block.length; at++) {
      for (const flip of [1, 2, 32]) {
        const changed = String.fromCharCode(block.charCodeAt(at) ^ flip);
        const message = refusal(() =>
          readKeyBlock(PROTECTION, block.slice(0, at) + changed + block.slice(at + 1)),
        );
        expect(message, `character ${at}`).toMatch(/^bad-(value|length|encoding) at key-block\./);
      }
    }
  });

  test.each(VERSIONS)('version %s: a wrong key is named as a wrong MAC, and nothing is told', (version) => {
    const block = write(version);
    const other = PROTECTION.map((byte) => byte ^ 0x10);
    expect(refusal(() => readKeyBlock(other, block))).toBe(
      `bad-value at key-block.mac (offset ${block.length - { A: 8, B: 16, C: 8, D: 32 }[version]}): expected the MAC of this block under this key, found a wrong MAC`,
    );
  });
});

describe('made again, step by step', () => {
  test.each(['A', 'C'] as const)(
    'version %s: variants of the key, the header as initial vector',
    (version) => {
      const block = write(version);
      const [head, enciphered, mac] = [block.slice(0, 16), block.slice(16, -8), block.slice(-8)];
      const variant = (mask: number): Uint8Array => PROTECTION.map((byte) => byte ^ mask);
      const plain = tdesCbcDecrypt(variant(0x45), fromHex(enciphered), fromLatin1(head.slice(0, 8)));
      expect(toHex(plain)).toBe(`0080${toHex(KEY)}${toHex(RANDOM.slice(0, 6))}`);
      const covered = concatBytes(fromLatin1(head), fromHex(enciphered));
      expect(mac).toBe(toHex(cbcMac(variant(0x4d), covered, { padding: 'method-1' })).slice(0, 8));
    },
  );

  test('version B: keys by CMAC, the MAC over the clear key as initial vector', () => {
    const block = write('B');
    const [head, enciphered, mac] = [block.slice(0, 16), block.slice(16, -16), block.slice(-16)];
    const derived = (usage: string): Uint8Array =>
      concatBytes(...['01', '02', '03'].map((n) => tdesCmac(PROTECTION, fromHex(`${n}${usage}00000100C0`))));
    const plain = tdesCbcDecrypt(derived('0000'), fromHex(enciphered), fromHex(mac));
    expect(toHex(plain)).toBe(`0080${toHex(KEY)}${toHex(RANDOM.slice(0, 6))}`);
    expect(mac).toBe(toHex(tdesCmac(derived('0001'), concatBytes(fromLatin1(head), plain))));
  });

  test('version D: the same with AES', () => {
    const block = write('D');
    const [head, enciphered, mac] = [block.slice(0, 16), block.slice(16, -32), block.slice(-32)];
    const derived = (usage: string): Uint8Array =>
      concatBytes(...['01', '02'].map((n) => aesCmac(PROTECTION, fromHex(`${n}${usage}00000300C0`)))).slice(
        0,
        24,
      );
    const plain = aesCbcDecrypt(derived('0000'), fromHex(enciphered), fromHex(mac));
    expect(toHex(plain)).toBe(`0080${toHex(KEY)}${toHex(RANDOM.slice(0, 14))}`);
    expect(mac).toBe(toHex(aesCmac(derived('0001'), concatBytes(fromLatin1(head), plain))));
  });
});

describe('malformed', () => {
  const good = write('B');
  test.each([
    ['short', 'B0016', 'truncated at key-block.header (offset 0): expected 16 characters, found 5'],
    [
      'another version',
      `E${good.slice(1)}`,
      'bad-value at key-block.version (offset 0): expected A, B, C or D',
    ],
    ['cut', good.slice(0, -1), 'bad-length at key-block.length (offset 1): expected 79, found 0080'],
    ['longer', `${good}0`, 'bad-length at key-block.length (offset 1): expected 81, found 0080'],
    [
      'optional blocks that are not there',
      `${good.slice(0, 12)}0200${good.slice(16)}`,
      'at key-block.optional-blocks.0',
    ],
    [
      'no number of optional blocks',
      `${good.slice(0, 12)}0x${good.slice(14)}`,
      'bad-value at key-block.optional-count',
    ],
    ['small letters', `${good.slice(0, -1)}g`, 'bad-encoding at key-block.encrypted-key'],
    ['no key at all', 'B0016P0TE00E0000', 'bad-length at key-block.encrypted-key (offset 16)'],
  ])('%s', (_, block, message) => {
    expect(refusal(() => readKeyBlock(PROTECTION, block))).toContain(message);
  });

  test('a protection key of another length is a bug', () => {
    expect(() => readKeyBlock(new Uint8Array(32), good)).toThrow(
      'a key block protection key of version B is 16 or 24 bytes, found 32',
    );
  });

  test('random bytes are asked for', () => {
    const input = { protectionKey: PROTECTION, header: header('B'), key: KEY, random: new Uint8Array(5) };
    expect(() => writeKeyBlock(input)).toThrow('6 random bytes needed');
    expect(keyBlockRandomBytes('B', 16, 24)).toBe(14);
  });
});

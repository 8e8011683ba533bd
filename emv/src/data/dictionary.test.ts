import { fromHex, isConstructed, readTag, toHex } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import {
  AIP_BITS,
  AUC_BITS,
  bitLabel,
  describeBits,
  hasBit,
  MCHIP_CVR_BITS,
  TERMINAL_CAPABILITY_BITS,
  TSI_BITS,
  TVR_BITS,
  VISA_CVR_BITS,
  withBit,
} from './bit-meanings.ts';
import { describeCryptogramInformation } from './cryptogram-type.ts';
import { describeCvmResults, describeCvmRule, parseCvmList } from './cvm-list.ts';
import { tagName } from './tag-names.ts';
import { TAGS } from './tags.ts';
import { tlvMap } from './tlv-map.ts';

describe('tags', () => {
  test('each row is a well-formed tag with lengths and templates that make sense', () => {
    expect(TAGS.size).toBeGreaterThan(120);
    for (const [tag, { name, minBytes, maxBytes, templates, format }] of TAGS) {
      expect(readTag(fromHex(tag), 0, 'tag')).toEqual({ tag, next: tag.length / 2 });
      expect(name.length, tag).toBeGreaterThan(2);
      expect(minBytes, tag).toBeLessThanOrEqual(maxBytes);
      for (const template of templates) expect(TAGS.get(template)?.source, tag).not.toBe('terminal');
      if (isConstructed(tag)) expect(['var', 'b'], tag).toContain(format);
    }
  });

  test.each([
    ['9F26', 'Application Cryptogram'],
    ['95', 'Terminal Verification Results'],
    ['8C', 'Card Risk Management Data Object List 1 (CDOL1)'],
    ['DF01', 'Tag DF01'],
  ])('%s is %s', (tag, name) => {
    expect(tagName(tag)).toBe(name);
  });
});

describe('bits', () => {
  const tables = {
    AIP_BITS,
    AUC_BITS,
    TVR_BITS,
    TSI_BITS,
    TERMINAL_CAPABILITY_BITS,
    VISA_CVR_BITS,
    MCHIP_CVR_BITS,
  };
  test.each(Object.entries(tables))('%s names no bit twice', (_, table) => {
    const places = Object.values(table).map(({ byte, bit }) => `${byte}.${bit}`);
    expect(new Set(places).size).toBe(places.length);
    for (const { bit } of Object.values(table)) expect(bit).toBeGreaterThanOrEqual(1);
    for (const { bit } of Object.values(table)) expect(bit).toBeLessThanOrEqual(8);
  });

  // EMV Book 3, annex C: values whose meaning the tables of the annex give.
  test.each([
    [
      AIP_BITS,
      '1800',
      ['Cardholder verification is supported', 'Terminal risk management is to be performed'],
    ],
    [
      AIP_BITS,
      '7D00',
      [
        'SDA supported',
        'DDA supported',
        'Cardholder verification is supported',
        'Terminal risk management is to be performed',
        'Issuer authentication is supported',
        'CDA supported',
      ],
    ],
    [
      TVR_BITS,
      '8000048000',
      [
        'Offline data authentication was not performed',
        'Online PIN entered',
        'Transaction exceeds floor limit',
      ],
    ],
    [
      TVR_BITS,
      '0050080040',
      [
        'Expired application',
        'Requested service not allowed for card product',
        'PIN entry required, PIN pad present, but PIN was not entered',
        'Issuer authentication failed',
      ],
    ],
    [
      TSI_BITS,
      'E800',
      [
        'Offline data authentication was performed',
        'Cardholder verification was performed',
        'Card risk management was performed',
        'Terminal risk management was performed',
      ],
    ],
    [
      AUC_BITS,
      '2980',
      [
        'Valid for domestic goods',
        'Valid for domestic services',
        'Valid at terminals other than ATMs',
        'Domestic cashback allowed',
      ],
    ],
    [
      TERMINAL_CAPABILITY_BITS,
      'E06800',
      [
        'Manual key entry',
        'Magnetic stripe',
        'IC with contacts',
        'Enciphered PIN for online verification',
        'Signature (paper)',
        'No CVM required',
      ],
    ],
    [TVR_BITS, '0000000000', []],
  ])('%# reads %s', (table, hex, meanings) => {
    expect(describeBits(table, fromHex(hex))).toEqual(meanings);
  });

  test('a bit is set in its place alone', () => {
    expect(toHex(withBit(new Uint8Array(5), TVR_BITS.onlinePinEntered))).toBe('0000040000');
    expect(hasBit(fromHex('0000040000'), TVR_BITS.onlinePinEntered)).toBe(true);
    expect(hasBit(fromHex('FFFFFBFFFF'), TVR_BITS.onlinePinEntered)).toBe(false);
    expect(hasBit(new Uint8Array(), TVR_BITS.onlinePinEntered)).toBe(false);
    expect(bitLabel(TVR_BITS.onlinePinEntered)).toBe("byte 3 bit 3 'Online PIN entered'");
  });

  test.each([
    [0x80, ['ARQC']],
    [0x40, ['TC']],
    [0x08, ['AAC', 'advice required']],
    [0x01, ['AAC', 'service not allowed']],
    [0xc0, ['reserved cryptogram type']],
  ])('cryptogram information %i', (cid, words) => {
    expect(describeCryptogramInformation(cid)).toEqual(words);
  });
});

describe('cardholder verification', () => {
  test('a list is two amounts and rules', () => {
    const list = parseCvmList(fromHex('000186A0000003E842035E061F00'));
    expect(list.amountX).toBe(100_000n);
    expect(list.amountY).toBe(1_000n);
    expect(list.rules.map(describeCvmRule)).toEqual([
      'Enciphered PIN verified online; If terminal supports the CVM; else the next rule',
      'Signature (paper); If transaction is in the application currency and is under X value; else the next rule',
      'No CVM required; Always; else cardholder verification fails',
    ]);
  });

  test.each(['00000000000000', '0000000000000000AA'])('refuses %s', (hex) => {
    expect(() => parseCvmList(fromHex(hex))).toThrow(
      'bad-length at tlv.8E (offset 0): expected 8 bytes of amounts and whole rules of 2 bytes',
    );
  });

  test.each([
    ['420300', 'Enciphered PIN verified online; If terminal supports the CVM: unknown'],
    ['1F0302', 'No CVM required; If terminal supports the CVM: successful'],
    ['3F0001', 'No CVM performed: failed'],
    ['230901', 'CVM 23; If transaction is in the application currency and is over Y value: failed'],
  ])('result %s', (hex, words) => {
    expect(describeCvmResults(fromHex(hex))).toBe(words);
  });
});

test('a map of data objects refuses a tag that comes twice', () => {
  expect([...tlvMap(fromHex('82021800950500000000FF')).keys()]).toEqual(['82', '95']);
  expect(() => tlvMap(fromHex('820218008202FFFF'), '55')).toThrow(
    'bad-tlv at 55.82 (offset 4): expected each tag once, found the tag again',
  );
});

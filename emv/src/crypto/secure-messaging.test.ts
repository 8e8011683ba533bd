import { concatBytes, fromHex, toHex } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import { tdesCbcEncrypt, tdesDecrypt, tdesEncrypt } from './des.ts';
import { retailMac } from './mac.ts';
import { encipherScriptData, pinChangeCommand, scriptMac, visaPinChangeBlock } from './secure-messaging.ts';

const MAC_KEY = fromHex('0123456789ABCDEFFEDCBA9876543210');
const DATA_KEY = fromHex('89ABCDEF0123456776543210FEDCBA98');
const UDK_AC = fromHex('A1B2C3D4E5F60718293A4B5C6D7E8F90');
const context = { macKey: MAC_KEY, atc: fromHex('0042'), arqc: fromHex('1122334455667788') };
const mac = (data: string): string => toHex(retailMac(MAC_KEY, fromHex(data), { padding: 'method-2' }));

describe('issuer scripts, EMV Book 2 9.2 and 9.3', () => {
  test('the MAC covers header, counter, cryptogram and data', () => {
    expect(toHex(scriptMac(context, fromHex('8418000008'), new Uint8Array()))).toBe(
      mac('841800000800421122334455667788'),
    );
    expect(toHex(scriptMac(context, fromHex('84DA00C40A'), fromHex('AABB')))).toBe(
      mac('84DA00C40A00421122334455667788AABB'),
    );
  });

  test.each([
    ['the header', () => scriptMac(context, new Uint8Array(4), new Uint8Array()), 'is 5 bytes, found 4'],
    [
      'the counter',
      () => scriptMac({ ...context, atc: new Uint8Array(1) }, new Uint8Array(5), new Uint8Array()),
      'a transaction counter is 2 bytes, found 1',
    ],
    [
      'the cryptogram',
      () => scriptMac({ ...context, arqc: new Uint8Array(4) }, new Uint8Array(5), new Uint8Array()),
      'a cryptogram is 8 bytes, found 4',
    ],
  ])('%s has its length', (_, action, message) => {
    expect(action).toThrow(message);
  });

  const BLOCK = fromHex('241234FFFFFFFFFF');
  test('Visa: length before, padded always, ECB', () => {
    const padded = fromHex('08241234FFFFFFFFFF80000000000000');
    expect(encipherScriptData('visa', DATA_KEY, BLOCK)).toEqual(tdesEncrypt(DATA_KEY, padded));
  });

  test('Mastercard: padded when needed, CBC', () => {
    expect(encipherScriptData('mastercard', DATA_KEY, BLOCK)).toEqual(tdesEncrypt(DATA_KEY, BLOCK));
    const padded = fromHex('241234FFFFFFFFFFAA80000000000000');
    const data = concatBytes(BLOCK, fromHex('AA'));
    expect(encipherScriptData('mastercard', DATA_KEY, data)).toEqual(tdesCbcEncrypt(DATA_KEY, padded));
  });

  test('EMV: padded always, CBC', () => {
    const padded = fromHex('241234FFFFFFFFFF8000000000000000');
    expect(encipherScriptData('emv', DATA_KEY, BLOCK)).toEqual(tdesCbcEncrypt(DATA_KEY, padded));
  });
});

describe('PIN change', () => {
  test('Visa block: new PIN, card key, and the PIN there was', () => {
    expect(toHex(visaPinChangeBlock(UDK_AC, '1234'))).toBe('041234FF1A09F8E7');
    expect(toHex(visaPinChangeBlock(UDK_AC, '1234', '9876'))).toBe('9C6434FF1A09F8E7');
    expect(() => visaPinChangeBlock(UDK_AC, '123')).toThrow('a PIN is 4 to 12 digits');
  });

  test.each([
    [undefined, '8424000218'],
    ['9876', '8424000118'],
  ])('Visa command with current PIN %s', (currentPin, header) => {
    const visa = currentPin === undefined ? { udkAc: UDK_AC } : { udkAc: UDK_AC, currentPin };
    const command = toHex(pinChangeCommand({ context, confidentialityKey: DATA_KEY, newPin: '1234', visa }));
    expect(command.slice(0, 10)).toBe(header);
    const data = command.slice(10, -16);
    const block = toHex(visaPinChangeBlock(UDK_AC, '1234', currentPin));
    expect(toHex(tdesDecrypt(DATA_KEY, fromHex(data)))).toBe(`08${block}80000000000000`);
    expect(command.slice(-16)).toBe(mac(`${header}00421122334455667788${data}`));
  });

  test('Mastercard command: a block of format 2 without padding', () => {
    const command = toHex(pinChangeCommand({ context, confidentialityKey: DATA_KEY, newPin: '1234' }));
    expect(command.slice(0, 10)).toBe('8424000210');
    const data = command.slice(10, -16);
    expect(toHex(tdesDecrypt(DATA_KEY, fromHex(data)))).toBe('241234FFFFFFFFFF');
    expect(command.slice(-16)).toBe(mac(`842400021000421122334455667788${data}`));
  });

  test('EMV command: padded always', () => {
    const change = { context, confidentialityKey: DATA_KEY, newPin: '1234', encipherment: 'emv' } as const;
    expect(toHex(pinChangeCommand(change)).slice(0, 10)).toBe('8424000218');
  });
});

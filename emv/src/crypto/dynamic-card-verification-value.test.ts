import { concatBytes, fromHex, fromLatin1 } from '@kassa/primitives';
import { describe, expect, test } from 'vitest';
import { cardVerificationValue } from './card-verification-value.ts';
import { tdesEncrypt } from './des.ts';
import { cvc3InitialVector, dynamicCvc3, dynamicCvv } from './dynamic-card-verification-value.ts';
import { retailMac } from './mac.ts';

const UDK = fromHex('0123456789ABCDEFFEDCBA9876543210');
const TRACK = fromLatin1('B4000001234567890^SAMPLE/CARD^3012101');

describe('dynamic card verification', () => {
  test('CVC3 is the right two bytes of track MAC, unpredictable number and counter enciphered', () => {
    const vector = retailMac(UDK, TRACK, { padding: 'method-2' }).slice(6);
    expect(cvc3InitialVector(UDK, TRACK)).toEqual(vector);
    for (let atc = 0; atc < 40; atc++) {
      const counter = Uint8Array.of(0, atc);
      const cipher = tdesEncrypt(UDK, concatBytes(vector, fromHex('00000899'), counter));
      const expected = String(cipher[6]! * 256 + cipher[7]!);
      const input = { trackTemplate: TRACK, unpredictableNumber: fromHex('00000899'), atc: counter };
      const cvc3 = dynamicCvc3(UDK, input);
      expect(cvc3).toHaveLength(5);
      expect(String(Number(cvc3))).toBe(expected);
    }
  });

  test('dCVV is the CVV with the counter for the first four digits', () => {
    const card = { pan: '4000001234567890', expiry: '3012', serviceCode: '101' };
    expect(dynamicCvv(UDK, { ...card, atc: 42 })).toBe(
      cardVerificationValue(UDK, { ...card, pan: `0042${card.pan.slice(4)}` }),
    );
    expect(dynamicCvv(UDK, { ...card, atc: 65_535 })).toBe(
      cardVerificationValue(UDK, { ...card, pan: `5535${card.pan.slice(4)}` }),
    );
    expect(() => dynamicCvv(UDK, { ...card, atc: 65_536 })).toThrow('a transaction counter is 0 to 65535');
  });
});

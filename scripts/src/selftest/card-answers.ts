import {
  arpcMethod1,
  arpcMethod2,
  cardVerificationValue,
  deriveUdk,
  generateArqc,
  ibm3624NaturalPin,
  pinVerificationValue,
  sessionKeyCommon,
} from '@kassa/emv';
import { fromHex, toHex } from '@kassa/primitives';
import { BY_OPENSSL, type KnownAnswerGroup, withCheckDigit } from './known-answer.ts';

const IMK = fromHex('2315208C9110AD40B0E3C2A7544F1B9D');
const PAN = withCheckDigit('400000987654321');
const PSN = '01';
const ATC = fromHex('0042');
/** Amount to counter, then tag 9F10 of a Visa card: what version 18 covers. */
const COVERED = fromHex(
  '00000015000000000000000003980000000000039826011500' + '0BADCAFE1800004206011203A00000',
);
const KEY = fromHex('0123456789ABCDEFFEDCBA9876543210');

const udk = (): Uint8Array => deriveUdk(IMK, PAN, PSN);
const sessionKey = (): Uint8Array => sessionKeyCommon(udk(), ATC);
const arqc = (): Uint8Array => generateArqc(sessionKey(), COVERED);

export const CARD_ANSWERS: readonly KnownAnswerGroup[] = [
  {
    group: 'card keys',
    source: `EMV Book 2, annexes A1.3 and A1.4; ${BY_OPENSSL}`,
    answers: [
      { name: 'option A', expected: '0854FBD5314C918F07BFD076E0028F2C', calculate: () => toHex(udk()) },
      {
        name: 'option B',
        expected: '25CDD64FE654314C4307731C1F75DABA',
        calculate: () => toHex(deriveUdk(IMK, withCheckDigit('677123456789012345'), PSN, 'B')),
      },
      {
        name: 'common session key',
        expected: '154F98BC168304D0A2321094C15EC194',
        calculate: () => toHex(sessionKey()),
      },
    ],
  },
  {
    group: 'cryptograms',
    source: `EMV Book 2, 8.1 and 8.2; ${BY_OPENSSL}`,
    answers: [
      { name: 'ARQC', expected: 'D5F41565A08CC8AC', calculate: () => toHex(arqc()) },
      {
        name: 'ARQC with zero padding',
        expected: '85512BAB477A6ED9',
        calculate: () => toHex(generateArqc(udk(), COVERED, 'method-1')),
      },
      {
        name: 'ARPC method 1',
        expected: 'A872F26A2E424077',
        calculate: () => toHex(arpcMethod1(sessionKey(), arqc(), fromHex('3030'))),
      },
      {
        name: 'ARPC method 2',
        expected: 'AE616864',
        calculate: () => toHex(arpcMethod2(sessionKey(), arqc(), fromHex('00800000'))),
      },
    ],
  },
  {
    group: 'verification values',
    source: `Visa Payment Technology Standards; IBM 3624; ${BY_OPENSSL}`,
    answers: [
      {
        name: 'CVV',
        expected: '613',
        calculate: () => cardVerificationValue(KEY, { pan: PAN, expiry: '3002', serviceCode: '201' }),
      },
      {
        name: 'PVV',
        expected: '2348',
        calculate: () => pinVerificationValue(KEY, { pan: PAN, keyIndex: '1', pin: '1234' }),
      },
      {
        name: 'IBM 3624 natural PIN',
        expected: '5653',
        calculate: () =>
          ibm3624NaturalPin(KEY, {
            validationData: PAN.slice(0, 12),
            pad: 'F',
            decimalisationTable: '0123456789012345',
          }),
      },
    ],
  },
];

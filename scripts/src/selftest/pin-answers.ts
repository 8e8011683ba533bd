import {
  aesDukptInitialKey,
  aesDukptTransactionKey,
  aesDukptWorkingKey,
  dukptInitialKey,
  dukptKeys,
  encipherPinBlock4,
  encodePinBlock0,
  encodePinBlock2,
  readKeyBlock,
  retailMac,
  tdesEncrypt,
  translatePinBlock,
  writeKeyBlock,
} from '@kassa/emv';
import { fromHex, fromLatin1, toHex } from '@kassa/primitives';
import { BY_OPENSSL, type KnownAnswerGroup, refusalOf, withCheckDigit } from './known-answer.ts';

const KEY = fromHex('0123456789ABCDEFFEDCBA9876543210');
const AES_KEY = fromHex('000102030405060708090A0B0C0D0E0F');
const KSN = fromHex('FFFF9876543210E00001');
/** The number of the examples of ANSI X9.24-1:2009, A.4. */
const DUKPT_PAN = withCheckDigit('401234567890');
const PAN = withCheckDigit('400000987654321');
const RANDOM = fromHex('0011223344556677');
const FORMAT_4 = '5398AFE39AA32286EB6FD2EC8D9332CF';

const tdesKeys = () => dukptKeys(dukptInitialKey(KEY, KSN), KSN);
const tdesMac = (key: Uint8Array): string =>
  toHex(retailMac(key, fromLatin1(`${DUKPT_PAN}D987`), { padding: 'method-1' }).slice(0, 4));

const AES_KSN = fromHex('123456789012345600000001');
const aesInitialKey = (): Uint8Array =>
  aesDukptInitialKey(fromHex('FEDCBA9876543210F1F1F1F1F1F1F1F1'), AES_KSN.slice(0, 8));
const aesKey = (): Uint8Array => aesDukptTransactionKey(aesInitialKey(), AES_KSN);

const PROTECTION = fromHex('89ABCDEF0123456776543210FEDCBA98');
const WRAPPED = fromHex('F0E1D2C3B4A5968778695A4B3C2D1E0F');
const HEADER = {
  usage: 'P0',
  algorithm: 'T',
  modeOfUse: 'E',
  keyVersion: '00',
  exportability: 'E',
  optionalBlocks: [],
} as const;

function keyBlock(version: 'A' | 'B' | 'C' | 'D'): string {
  const random = fromHex('0102030405060708090A0B0C0D0E0F10');
  return writeKeyBlock({ protectionKey: PROTECTION, header: { version, ...HEADER }, key: WRAPPED, random });
}

const inAndOut = (version: 'A' | 'B' | 'C' | 'D') => ({
  name: `version ${version}: in and out`,
  expected: toHex(WRAPPED),
  calculate: () => toHex(readKeyBlock(PROTECTION, keyBlock(version)).key),
});

const tampered = (version: 'A' | 'B' | 'C' | 'D') => ({
  name: `version ${version}: a changed usage is refused`,
  expected: 'key-block.mac',
  calculate: () => refusalOf(() => readKeyBlock(PROTECTION, keyBlock(version).replace('P0', 'D0'))),
});

export const PIN_ANSWERS: readonly KnownAnswerGroup[] = [
  {
    group: 'PIN blocks',
    source: `ISO 9564-1, 9.3 and 9.4; ANSI X9.24-1:2009, A.4; ${BY_OPENSSL}`,
    answers: [
      {
        name: 'format 0',
        expected: '041274EDCBA9876F',
        calculate: () => toHex(encodePinBlock0('1234', DUKPT_PAN)),
      },
      { name: 'format 2', expected: '241234FFFFFFFFFF', calculate: () => toHex(encodePinBlock2('1234')) },
      {
        name: 'format 4',
        expected: FORMAT_4,
        calculate: () => toHex(encipherPinBlock4(AES_KEY, '1234', PAN, RANDOM)),
      },
      {
        name: 'translated from 0 to 4',
        expected: FORMAT_4,
        calculate: () => {
          const block = tdesEncrypt(KEY, encodePinBlock0('1234', PAN));
          const [from, to] = [{ format: 0, key: KEY } as const, { format: 4, key: AES_KEY } as const];
          return toHex(translatePinBlock(from, to, block, PAN, RANDOM));
        },
      },
    ],
  },
  {
    group: 'DUKPT with TDES',
    source: 'ANSI X9.24-1:2009, A.4',
    answers: [
      {
        name: 'initial key',
        expected: '6AC292FAA1315B4D858AB3A3D7D5933A',
        calculate: () => toHex(dukptInitialKey(KEY, KSN)),
      },
      {
        name: 'PIN block',
        expected: '1B9C1845EB993A7A',
        calculate: () => toHex(tdesEncrypt(tdesKeys().pin, encodePinBlock0('1234', DUKPT_PAN))),
      },
      { name: 'MAC request', expected: '9CCC7817', calculate: () => tdesMac(tdesKeys().macRequest) },
      { name: 'MAC response', expected: '20364223', calculate: () => tdesMac(tdesKeys().macResponse) },
    ],
  },
  {
    group: 'DUKPT with AES',
    source: 'ANSI X9.24-3:2017, test vectors of the supplement',
    answers: [
      {
        name: 'initial key',
        expected: '1273671EA26AC29AFA4D1084127652A1',
        calculate: () => toHex(aesInitialKey()),
      },
      {
        name: 'first transaction',
        expected: '4F21B565BAD9835E112B6465635EAE44',
        calculate: () => toHex(aesKey()),
      },
      {
        name: 'PIN key',
        expected: 'AF8CB133A78F8DC2D1359F18527593FB',
        calculate: () => toHex(aesDukptWorkingKey(aesKey(), AES_KSN, 'pin-encryption', 'aes128')),
      },
    ],
  },
  {
    group: 'key blocks',
    source: `ANSI X9.143; version A ${BY_OPENSSL}`,
    answers: [
      {
        name: 'version A',
        expected: 'A0072P0TE00E00003FB3265B10BAAA4039E6BD1B3CA10579B77421EBECA99F319CFF7305',
        calculate: () => keyBlock('A'),
      },
      ...(['A', 'B', 'C', 'D'] as const).flatMap((version) => [inAndOut(version), tampered(version)]),
    ],
  },
];

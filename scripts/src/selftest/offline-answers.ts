import {
  decipherOfflinePin,
  encipherOfflinePin,
  issueIccCertificate,
  issueIssuerCertificate,
  offlinePinRandomBytes,
  type RsaPrivateKey,
  recoverIccCertificate,
  recoverIssuerCertificate,
  rsaPrivateKey,
  rsaSign,
  signCombinedData,
  signDynamicData,
  signStaticData,
  verifyCombinedData,
  verifyDynamicData,
  verifyStaticData,
} from '@kassa/emv';
import { fromHex, toHex } from '@kassa/primitives';
import { type KnownAnswerGroup, refusalOf, withCheckDigit } from './known-answer.ts';

const EXPONENT = Uint8Array.of(3);

/** Keys of nobody: primes made for this test alone. */
const AUTHORITY = rsaPrivateKey(
  fromHex(
    'FF2C799FED919991A1BC4FB452BB98AED3BF08175B0F178A5F6A466FDFC4FB08191CAE0A93536ADE24F94648A039B98DF1BF148952E3FE93C2B8387AE0A6E3444A22E6CB',
  ),
  fromHex(
    'E5EEC8D0F9021BC8D8F015FFDC64B2B83549EAAA6EFC9A36840AF51E4207F28DEBBE57F235815DF1E6D36A41C7AE423975206B09ED678A56D472611A58BE2F683A2E9C07',
  ),
  EXPONENT,
);
const ISSUER = rsaPrivateKey(
  fromHex(
    'D630927FE9ECDF5DBDD6080CF84498F3419D4B7118CA7AACAE97AFCCACDEAF92EEEE57140FE12CEB1B29238AA519C651D99F3F76EEAB36A71408DDC0AD6E9B0F5D694323',
  ),
  fromHex(
    'C69D79813616C44E7EA33A49DB15DE48C0FFE4D326C8BB2AAA8DDE445727FEB0B2F7D27518FBB1731312712521F7FFF27EAB901DFA87B02A19183FF511B1A595D573D28B',
  ),
  EXPONENT,
);
const CARD = rsaPrivateKey(
  fromHex(
    'D1483F44F978BD93509AECA532EDA5DCA3D58B9EF60876783CFFF45FF72C4FAD73141664C8C56F049FBCEDEB9F5094984D432201803445531A59CCCAC67707A7964DD93B',
  ),
  fromHex(
    'C19BDE97DE4226C4C16DE81CFEFEA630FF6FDFE4253593A5EB057EFC011EE399405F76532C9527B831570D335C51684196E1E34D9E63B17B3751EB3A541DD0FBED1177B9',
  ),
  EXPONENT,
);

const PAN = withCheckDigit('400000987654321');
const STATIC_DATA = fromHex('5F2403301231');
const UN = fromHex('0BADCAFE');
const CHALLENGE = fromHex('1122334455667788');
const FIELDS = { expiry: '1230', serial: fromHex('000001') };

/** RFC 8017, 5.1 and 5.2, with numbers alone: no other program's arithmetic. */
function signatureUndone({ modulus }: RsaPrivateKey, signature: Uint8Array): string {
  const number = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(bytes)}`);
  return (number(signature) ** 3n % number(modulus))
    .toString(16)
    .toUpperCase()
    .padStart(modulus.length * 2, '0');
}

const authenticated = (): string => {
  const issued = issueIssuerCertificate(AUTHORITY, ISSUER, { issuerIdentifier: '400000', ...FIELDS });
  const issuer = recoverIssuerCertificate(AUTHORITY, issued);
  const parts = issueIccCertificate(ISSUER, CARD, { pan: PAN, ...FIELDS }, STATIC_DATA);
  const card = recoverIccCertificate(issuer.key, parts, STATIC_DATA);
  return toHex(verifyDynamicData(card.key, signDynamicData(CARD, fromHex('A1B2'), UN), UN));
};

export const OFFLINE_ANSWERS: readonly KnownAnswerGroup[] = [
  {
    group: 'offline data',
    source: 'EMV Book 2, 5 to 7, with an authority of its own',
    answers: [
      {
        name: 'raw RSA undone by arithmetic',
        expected: '12'.repeat(CARD.modulus.length),
        calculate: () => signatureUndone(CARD, rsaSign(CARD, new Uint8Array(CARD.modulus.length).fill(0x12))),
      },
      { name: 'certificates and DDA', expected: 'A1B2', calculate: authenticated },
      {
        name: 'SDA',
        expected: 'DAC5',
        calculate: () =>
          toHex(verifyStaticData(ISSUER, signStaticData(ISSUER, fromHex('DAC5'), STATIC_DATA), STATIC_DATA)),
      },
      {
        name: 'SDA of other data is refused',
        expected: 'signed-static-data.hash',
        calculate: () =>
          refusalOf(() => verifyStaticData(ISSUER, signStaticData(ISSUER, fromHex('DAC5'), STATIC_DATA), UN)),
      },
      {
        name: 'CDA',
        expected: '0123456789ABCDEF',
        calculate: () => {
          const data = {
            dynamicNumber: fromHex('A1B2'),
            cryptogramInformation: 0x80,
            cryptogram: fromHex('0123456789ABCDEF'),
            transactionDataHash: new Uint8Array(20),
          };
          return toHex(verifyCombinedData(CARD, signCombinedData(CARD, data, UN), UN).cryptogram);
        },
      },
      {
        name: 'offline PIN',
        expected: '1234',
        calculate: () => {
          const random = new Uint8Array(offlinePinRandomBytes(CARD)).fill(0x5a);
          return decipherOfflinePin(CARD, encipherOfflinePin(CARD, '1234', CHALLENGE, random), CHALLENGE);
        },
      },
    ],
  },
];
